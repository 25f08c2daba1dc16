# One environment, whole: envs/staging and envs/production differ in the sizes they hand in here and in nothing else.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = ">= 5.100, < 7.0"
      configuration_aliases = [aws.us_east_1]
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  name         = "${var.project}-${var.environment}"
  account_id   = data.aws_caller_identity.current.account_id
  partition    = data.aws_partition.current.partition
  colours      = ["blue", "green"]
  services     = concat([for colour in local.colours : "api-${colour}"], ["worker"])
  api_port     = 8080
  worker_port  = 8081
  metrics_port = 9464 # of the API; what infra/monitoring/prometheus.yml scrapes
  runbook_url  = "https://github.com/${var.github_repository}/blob/main/docs/OPERATIONAL_RUNBOOK_FULL.md"
}

module "kms" {
  source = "../kms"

  name   = local.name
  region = var.region
}

module "network" {
  source = "../network"

  name         = local.name
  region       = var.region
  cidr         = var.vpc_cidr
  zone_count   = var.zone_count
  nat_per_zone = var.nat_per_zone
  kms_key_arn  = module.kms.key_arn
}

module "logs_bucket" {
  source = "../logs-bucket"

  name           = local.name
  retention_days = var.log_retention_days
}

module "ecr" {
  source = "../ecr"

  name        = var.project
  kms_key_arn = module.kms.key_arn
}

module "queue" {
  source = "../queue"

  name        = local.name
  kms_key_arn = module.kms.key_arn
}

module "secrets" {
  source = "../secrets"

  name                    = local.name
  region                  = var.region
  secret_name             = var.secret_name
  kms_key_arn             = module.kms.key_arn
  ecs_cluster_name        = local.name
  ecs_services            = local.services
  topic_arn               = module.observability.topic_arn
  automatic_rotation_days = var.automatic_rotation_days
  log_retention_days      = var.log_retention_days
}

module "alb" {
  source = "../alb"

  name                  = local.name
  vpc_id                = module.network.vpc_id
  private_subnet_ids    = module.network.private_subnet_ids
  api_security_group_id = aws_security_group.tasks["api"].id
  api_port              = local.api_port
  domain_name           = var.domain_name
  route53_zone_id       = var.route53_zone_id
  access_logs_bucket    = module.logs_bucket.bucket
  deletion_protection   = var.deletion_protection
}

module "cdn_waf" {
  source = "../cdn-waf"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  name                                  = local.name
  domain_name                           = var.domain_name
  route53_zone_id                       = var.route53_zone_id
  load_balancer_arn                     = module.alb.arn
  load_balancer_dns_name                = module.alb.dns_name
  access_logs_bucket_arn                = module.logs_bucket.bucket_arn
  requests_per_address_per_five_minutes = var.requests_per_address_per_five_minutes
  origin_read_timeout_seconds           = var.origin_read_timeout_seconds
  alarm_emails                          = var.alarm_emails
  pager_endpoints                       = var.pager_endpoints
  runbook_url                           = local.runbook_url
  log_retention_days                    = var.log_retention_days
}

module "iam" {
  source = "../iam"

  name                     = local.name
  project                  = var.project
  environment              = var.environment
  account_id               = local.account_id
  partition                = local.partition
  region                   = var.region
  github_repository        = var.github_repository
  github_oidc_provider_arn = var.github_oidc_provider_arn
  repository_arns          = module.ecr.repository_arns
  log_group_arn            = aws_cloudwatch_log_group.tasks.arn
  application_secret_arn   = module.secrets.application_secret_arn
  migrations_secret_arn    = module.secrets.migrations_secret_arn
  kms_key_arn              = module.kms.key_arn
  queue_arn                = module.queue.queue_arn
  dead_letter_arn          = module.queue.dead_letter_arn
  listener_arn             = module.alb.listener_arn
}

module "release_state" {
  source = "../release-state"

  project           = var.project
  environment       = var.environment
  initial_image_tag = var.initial_image_tag

  deployment_facts = {
    cluster                 = local.name
    api-repository          = module.ecr.repository_urls["api"]
    worker-repository       = module.ecr.repository_urls["worker"]
    api-family              = "${local.name}-api"
    worker-family           = "${local.name}-worker"
    listener-arn            = module.alb.listener_arn
    preview-id              = module.alb.preview_id
    target-group-blue       = module.alb.target_group_arns["blue"]
    target-group-green      = module.alb.target_group_arns["green"]
    load-balancer-dimension = module.alb.arn_suffix
    blue-dimension          = module.alb.target_group_arn_suffixes["blue"]
    green-dimension         = module.alb.target_group_arn_suffixes["green"]
    queue-url               = module.queue.queue_url
    dead-letter-url         = module.queue.dead_letter_url
    migrations-secret       = "${var.secret_name}-migrations"
    application-secret      = var.secret_name
    url                     = module.cdn_waf.url
  }
}

module "observability" {
  source = "../observability"

  name                      = local.name
  environment               = var.environment
  region                    = var.region
  account_id                = local.account_id
  partition                 = local.partition
  kms_key_arn               = module.kms.key_arn
  alarm_emails              = var.alarm_emails
  pager_endpoints           = var.pager_endpoints
  runbook_url               = local.runbook_url
  load_balancer_arn_suffix  = module.alb.arn_suffix
  target_group_arn_suffixes = module.alb.target_group_arn_suffixes
  queue_name                = module.queue.queue_name
  dead_letter_name          = module.queue.dead_letter_name
  service_names             = local.services
  minimum_healthy_targets   = var.api_min_tasks
}
