# terraform test: plans the whole environment against a provider that answers by itself, so no account is needed.

mock_provider "aws" {
  source = "../../mock"
}

mock_provider "aws" {
  alias = "us_east_1"
}

variables {
  account_id               = "111122223333"
  region                   = "eu-central-1"
  domain_name              = "proxy.example.org"
  route53_zone_id          = "Z0123456789ABCDEFGHIJ"
  github_repository        = "example/claude-proxy"
  github_oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  alarm_emails             = ["on-call@example.org"]
  initial_image_tag        = "v0.1.0"
}

run "plan" {
  command = plan

  assert {
    condition     = output.url == "https://proxy.example.org"
    error_message = "The public address must be https on the domain name."
  }
}
