terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }

  # The bucket's name is account-wide and comes from bootstrap: terraform init -backend-config=bucket=NAME -backend-config=region=REGION
  backend "s3" {
    key          = "claude-proxy/production.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  # An apply with the credentials of another account stops here.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { Project = "claude-proxy", Environment = "production", ManagedBy = "terraform" }
  }
}

# CloudFront, its certificate and its WAF exist in us-east-1 only.
provider "aws" {
  alias               = "us_east_1"
  region              = "us-east-1"
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { Project = "claude-proxy", Environment = "production", ManagedBy = "terraform" }
  }
}
