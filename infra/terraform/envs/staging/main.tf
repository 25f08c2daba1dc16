module "platform" {
  source = "../../modules/platform"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  environment              = "staging"
  region                   = var.region
  domain_name              = var.domain_name
  route53_zone_id          = var.route53_zone_id
  github_repository        = var.github_repository
  github_oidc_provider_arn = var.github_oidc_provider_arn
  alarm_emails             = var.alarm_emails
  pager_endpoints          = var.pager_endpoints
  initial_image_tag        = var.initial_image_tag
  cors_origins             = var.cors_origins
  extra_environment        = var.extra_environment
  gateway_config           = var.gateway_config
  secret_keys              = var.secret_keys

  metrics_security_group_ids = var.metrics_security_group_ids

  # Small and cheap, but with every part that production has: what was not in staging has not been tested.
  zone_count          = 2
  nat_per_zone        = false
  api_min_tasks       = 1
  api_max_tasks       = 4
  worker_min_tasks    = 1
  worker_max_tasks    = 4
  deletion_protection = false
  log_retention_days  = 14
}
