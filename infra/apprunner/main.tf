# The smallest production: one App Runner service, sync and stream alone, some ten minutes from nothing to an https address.
#
# What to know before choosing it:
# - AWS takes no new customers for App Runner; accounts that use it already go on as before. Others run infra/docker-compose.yml on one
#   host, or infra/terraform.
# - A request may take 120 seconds in all, streams included: App Runner cuts a longer one. Long generations belong on infra/terraform.
# - No queue and no database, so /api/enqueue answers 503 «not configured», and usage is not kept.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_ecr_repository" "api" {
  name = var.repository_name
}

data "aws_secretsmanager_secret" "application" {
  name = var.secret_name
}

# Pulls the image, before there is a container.
data "aws_iam_policy_document" "access_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["build.apprunner.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "access" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"] # knows no resource
    resources = ["*"]
  }

  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"]
    resources = [data.aws_ecr_repository.api.arn]
  }
}

resource "aws_iam_role" "access" {
  name               = "${var.name}-apprunner-access"
  assume_role_policy = data.aws_iam_policy_document.access_trust.json
}

resource "aws_iam_role_policy" "access" {
  name   = "pull-image"
  role   = aws_iam_role.access.id
  policy = data.aws_iam_policy_document.access.json
}

# The running container: it calls no AWS service; App Runner fetches its secrets in its name.
data "aws_iam_policy_document" "instance_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["tasks.apprunner.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "instance" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [data.aws_secretsmanager_secret.application.arn]
  }

  dynamic "statement" {
    for_each = data.aws_secretsmanager_secret.application.kms_key_id == "" ? [] : [data.aws_secretsmanager_secret.application.kms_key_id]

    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role" "instance" {
  name               = "${var.name}-apprunner-instance"
  assume_role_policy = data.aws_iam_policy_document.instance_trust.json
}

resource "aws_iam_role_policy" "instance" {
  name   = "read-secret"
  role   = aws_iam_role.instance.id
  policy = data.aws_iam_policy_document.instance.json
}

resource "aws_apprunner_auto_scaling_configuration_version" "this" {
  auto_scaling_configuration_name = var.name
  min_size                        = 1
  max_size                        = 10

  # Requests wait on a model nearly all of their time; what bounds a small instance is the memory of their bodies.
  max_concurrency = 50
}

locals {
  # A plain variable: a route file names its keys and holds none.
  routes = var.gateway_config == null ? {} : { GATEWAY_CONFIG_YAML = var.gateway_config }
}

resource "aws_apprunner_service" "this" {
  service_name                   = var.name
  auto_scaling_configuration_arn = aws_apprunner_auto_scaling_configuration_version.this.arn

  source_configuration {
    # A release is an apply with another image_tag, never whatever was pushed last.
    auto_deployments_enabled = false

    authentication_configuration {
      access_role_arn = aws_iam_role.access.arn
    }

    image_repository {
      image_repository_type = "ECR"
      image_identifier      = "${data.aws_ecr_repository.api.repository_url}:${var.image_tag}"

      image_configuration {
        port = "8080"

        runtime_environment_variables = merge(var.extra_environment, local.routes, {
          NODE_ENV               = "production"
          PORT                   = "8080"
          TRUST_PROXY            = "1" # App Runner's own balancer
          CORS_ORIGINS           = join(",", var.cors_origins)
          THROTTLE_IP_PER_MINUTE = tostring(var.throttle_ip_per_minute) # no WAF stands before it

          # Of 512 MB; the rest is for bodies in flight and the runtime itself.
          NODE_OPTIONS = "--max-old-space-size=320"

          # 90 % of them: an instance cannot see its own limit.
          HEALTH_MEMORY_LIMIT_MB = "460"
        })

        runtime_environment_secrets = {
          for key in var.secret_keys : key => "${data.aws_secretsmanager_secret.application.arn}:${key}::"
        }
      }
    }
  }

  instance_configuration {
    cpu               = "256" # 0.25 vCPU
    memory            = "512" # 0.5 GB
    instance_role_arn = aws_iam_role.instance.arn
  }

  health_check_configuration {
    protocol            = "HTTP"
    path                = "/health"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 1
    unhealthy_threshold = 5
  }

  depends_on = [aws_iam_role_policy.access, aws_iam_role_policy.instance]
}
