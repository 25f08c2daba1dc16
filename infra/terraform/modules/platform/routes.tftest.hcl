# terraform test: that the route table and the keys that it names reach the tasks.

mock_provider "aws" {
  source = "../../mock"
}

mock_provider "aws" {
  alias = "us_east_1"
}

variables {
  environment              = "staging"
  region                   = "eu-central-1"
  domain_name              = "proxy.example.org"
  route53_zone_id          = "Z0123456789ABCDEFGHIJ"
  github_repository        = "example/claude-proxy"
  github_oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  alarm_emails             = ["on-call@example.org"]
  initial_image_tag        = "v0.1.0"
  nat_per_zone             = false
  api_min_tasks            = 1
  api_max_tasks            = 4
  worker_min_tasks         = 1
  worker_max_tasks         = 4
  deletion_protection      = false
  log_retention_days       = 14

  gateway_config = <<-YAML
    # A comment may name any key: $${env:ANOTHER_KEY}
    targets:
      - { name: one, provider: anthropic, baseUrl: "https://one.example", apiKey: "$${env:ONE_API_KEY}" }
      - { name: two, provider: openai, baseUrl: "https://two.example/v1", apiKeyEnv: TWO_TOKEN }
  YAML
  secret_keys    = ["PROXY_API_KEY", "ONE_API_KEY", "TWO_TOKEN"]
}

run "both_parts_have_the_routes_and_their_keys" {
  command = plan

  assert {
    condition     = local.environment_of_both.GATEWAY_CONFIG_YAML == var.gateway_config
    error_message = "The routes must be in the environment of both parts."
  }

  assert {
    condition     = tolist(local.worker_secret_keys) == tolist(["ONE_API_KEY", "TWO_TOKEN"])
    error_message = "The worker must have the keys of the routes, and none of clients."
  }
}

run "without_routes_the_environment_decides" {
  command = plan

  variables {
    gateway_config = null
    secret_keys    = null
  }

  assert {
    condition     = !contains(keys(local.environment_of_both), "GATEWAY_CONFIG_YAML") && contains(local.worker_secret_keys, "ANTHROPIC_API_KEY")
    error_message = "Without routes there must be no variable for them, and the usual keys."
  }
}

run "a_key_that_no_task_is_given_is_refused" {
  command = plan

  variables {
    secret_keys = ["PROXY_API_KEY", "ONE_API_KEY"]
  }

  expect_failures = [var.gateway_config]
}

run "what_is_no_route_file_is_refused" {
  command = plan

  variables {
    gateway_config = "gateway-config.yaml"
  }

  expect_failures = [var.gateway_config]
}
