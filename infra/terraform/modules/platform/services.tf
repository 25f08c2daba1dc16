resource "aws_cloudwatch_log_group" "tasks" {
  name              = var.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = module.kms.key_arn
}

resource "aws_ecs_cluster" "this" {
  name = local.name

  # Counts running tasks, which the worker's autoscaling divides by.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

# In: the API's port from the load balancer alone (a rule of module alb), and /metrics from var.metrics_security_group_ids. Out: HTTPS.
resource "aws_security_group" "tasks" {
  for_each = toset(["api", "worker"])

  name        = "${local.name}-${each.value}"
  description = "Tasks of the ${each.value}"
  vpc_id      = module.network.vpc_id

  tags = { Name = "${local.name}-${each.value}" }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = aws_security_group.tasks

  security_group_id = each.value.id
  description       = "Model vendors, Supabase and AWS over HTTPS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# The worker's port serves health and metrics alone. The API's metrics have a port of their own, so that a scraper needs no client's key.
resource "aws_vpc_security_group_ingress_rule" "metrics" {
  for_each = {
    for pair in setproduct(["api", "worker"], var.metrics_security_group_ids) : "${pair[0]}-${pair[1]}" => { part = pair[0], scraper = pair[1] }
  }

  security_group_id            = aws_security_group.tasks[each.value.part].id
  description                  = "Metrics"
  referenced_security_group_id = each.value.scraper
  ip_protocol                  = "tcp"
  from_port                    = each.value.part == "api" ? local.metrics_port : local.worker_port
  to_port                      = each.value.part == "api" ? local.metrics_port : local.worker_port
}

locals {
  # The VOLUME of both Dockerfiles.
  usage_spool_dir = "/var/lib/claude-proxy/usage"

  # The routes are plain text in the task definition, not a parameter that it refers to: they hold no key (a route file with one is
  # refused), so nobody needs a permission to read them; there is room for more than a parameter's 8 KB; and a rollback to a former
  # revision takes its routes back with it.
  routes = var.gateway_config == null ? {} : { GATEWAY_CONFIG_YAML = var.gateway_config }

  environment_of_both = merge(var.extra_environment, local.routes, {
    NODE_ENV               = "production"
    DEPLOYMENT_ENVIRONMENT = var.environment
    AWS_REGION             = var.region
    SQS_QUEUE_URL          = module.queue.queue_url
    SQS_DLQ_URL            = module.queue.dead_letter_url
    USAGE_SPOOL_DIR        = local.usage_spool_dir

    # Together below the container's stop timeout of 120 s.
    SHUTDOWN_DELAY_SECONDS    = 10
    SHUTDOWN_DEADLINE_SECONDS = 100
  })

  # The worker serves no client, so it never sees a client's key.
  worker_secret_keys = [for key in var.secret_keys : key if !startswith(key, "PROXY_API_KEY")]
}

module "api_task" {
  source = "../ecs-task"

  family             = "${local.name}-api"
  container_name     = "api"
  image              = "${module.ecr.repository_urls["api"]}:${module.release_state.image_tag}"
  cpu                = var.api_cpu
  memory             = var.api_memory
  cpu_architecture   = var.cpu_architecture
  port               = local.api_port
  usage_spool_dir    = local.usage_spool_dir
  secret_arn         = module.secrets.application_secret_arn
  secret_keys        = var.secret_keys
  execution_role_arn = module.iam.execution_role_arn
  task_role_arn      = module.iam.api_role_arn
  log_group_name     = aws_cloudwatch_log_group.tasks.name
  region             = var.region

  # The limits stand before extra_environment, which an operator changes in an attack: what is said there holds.
  environment = merge(
    {
      CORS_ORIGINS               = join(",", var.cors_origins)
      THROTTLE_IP_PER_MINUTE     = var.throttle_ip_per_minute
      THROTTLE_GLOBAL_PER_MINUTE = var.throttle_global_per_minute
    },
    local.environment_of_both,
    {
      PORT         = local.api_port
      METRICS_PORT = local.metrics_port
      TRUST_PROXY  = 2 # CloudFront and the load balancer each append one address
    },
  )
}

module "worker_task" {
  source = "../ecs-task"

  family             = "${local.name}-worker"
  container_name     = "worker"
  image              = "${module.ecr.repository_urls["worker"]}:${module.release_state.image_tag}"
  cpu                = var.worker_cpu
  memory             = var.worker_memory
  cpu_architecture   = var.cpu_architecture
  port               = local.worker_port
  usage_spool_dir    = local.usage_spool_dir
  secret_arn         = module.secrets.application_secret_arn
  secret_keys        = local.worker_secret_keys
  execution_role_arn = module.iam.execution_role_arn
  task_role_arn      = module.iam.worker_role_arn
  log_group_name     = aws_cloudwatch_log_group.tasks.name
  region             = var.region

  environment = merge(local.environment_of_both, {
    WORKER_PORT = local.worker_port
  })
}

# Blue starts live, green empty; releases swap them. The idle colour has room for no task, so autoscaling leaves it alone.
module "api_service" {
  source   = "../ecs-service"
  for_each = toset(local.colours)

  name                         = "api-${each.value}"
  cluster_arn                  = aws_ecs_cluster.this.arn
  cluster_name                 = aws_ecs_cluster.this.name
  task_definition_arn          = module.api_task.arn
  desired_count                = each.value == "blue" ? var.api_min_tasks : 0
  min_tasks                    = each.value == "blue" ? var.api_min_tasks : 0
  max_tasks                    = each.value == "blue" ? var.api_max_tasks : 0
  subnet_ids                   = module.network.private_subnet_ids
  security_group_id            = aws_security_group.tasks["api"].id
  container_name               = "api"
  container_port               = local.api_port
  target_group_arn             = module.alb.target_group_arns[each.value]
  cpu_target_percent           = 55
  requests_per_target          = var.api_requests_per_target
  request_count_resource_label = "${module.alb.arn_suffix}/${module.alb.target_group_arn_suffixes[each.value]}"
}

module "worker_service" {
  source = "../ecs-service"

  name                = "worker"
  cluster_arn         = aws_ecs_cluster.this.arn
  cluster_name        = aws_ecs_cluster.this.name
  task_definition_arn = module.worker_task.arn
  desired_count       = var.worker_min_tasks
  min_tasks           = var.worker_min_tasks
  max_tasks           = var.worker_max_tasks
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = aws_security_group.tasks["worker"].id
  container_name      = "worker"
  container_port      = local.worker_port
  backlog_per_task    = var.worker_backlog_per_task
  backlog_queue_name  = module.queue.queue_name
}
