# Without a default: what nobody can guess for you.

variable "environment" {
  description = "staging or production."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production: the scripts know these two."
  }
}

variable "region" {
  description = "AWS region of everything but CloudFront and its WAF."
  type        = string
}

variable "domain_name" {
  description = "Public name of the proxy, for example proxy.example.org."
  type        = string
}

variable "route53_zone_id" {
  description = "Hosted zone that the public name is in."
  type        = string
}

variable "github_repository" {
  description = "OWNER/NAME of the repository that deploys and whose docs the alarms link to."
  type        = string

  validation {
    condition     = can(regex("^[^/]+/[^/]+$", var.github_repository))
    error_message = "github_repository must be OWNER/NAME."
  }
}

variable "github_oidc_provider_arn" {
  description = "ARN of GitHub's identity provider in this account, an output of infra/terraform/bootstrap."
  type        = string
}

variable "alarm_emails" {
  description = "Addresses that alarms are sent to; at least one."
  type        = list(string)

  validation {
    condition     = length(var.alarm_emails) > 0
    error_message = "An alarm that nobody receives is none: name at least one address."
  }
}

variable "initial_image_tag" {
  description = "Tag of the first images. Later releases are made and recorded by infra/scripts/deploy_release.sh."
  type        = string
}

# Sizes differ by environment, so each says its own.

variable "nat_per_zone" {
  description = "A NAT gateway per zone (true) or one for all (false)."
  type        = bool
}

variable "api_min_tasks" {
  description = "API tasks at least; alarms are raised below it."
  type        = number
}

variable "api_max_tasks" {
  description = "API tasks at most."
  type        = number
}

variable "worker_min_tasks" {
  description = "Worker tasks at least."
  type        = number
}

variable "worker_max_tasks" {
  description = "Worker tasks at most."
  type        = number
}

variable "deletion_protection" {
  description = "Refuse to delete the load balancer."
  type        = bool
}

variable "log_retention_days" {
  description = "Days to keep logs of tasks, accesses and WAF."
  type        = number
}

# With a default that fits.

variable "project" {
  description = "Prefix of every name. infra/scripts, .github/workflows and docs know the default alone."
  type        = string
  default     = "claude-proxy"
}

variable "vpc_cidr" {
  description = "IPv4 range of the VPC, a /16."
  type        = string
  default     = "10.20.0.0/16"
}

variable "zone_count" {
  description = "Availability zones to spread over."
  type        = number
  default     = 3
}

variable "secret_name" {
  description = "Secret that is injected into the tasks."
  type        = string
  default     = "claude-proxy-secrets"
}

variable "secret_keys" {
  description = "Keys of that secret which become environment variables; each must exist in it, if only as an empty string. null: the default."
  type        = list(string)
  nullable    = false
  default = [
    "PROXY_API_KEY",
    "PROXY_API_KEY_PREVIOUS",
    "ANTHROPIC_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "OPENAI_API_KEY",
    "SUPABASE_URL",
    "SUPABASE_SERVICE_ROLE_KEY",
  ]

  validation {
    condition     = contains(var.secret_keys, "PROXY_API_KEY")
    error_message = "secret_keys must name PROXY_API_KEY, without which the API does not start: it replaces the default, so repeat what you keep."
  }
}

variable "gateway_config" {
  description = "Text of the route file (YAML): targets, routes, prices. It names keys by their variable, which is one of secret_keys. null: the environment decides."
  type        = string
  default     = null

  validation {
    condition     = var.gateway_config == null || can(keys(yamldecode(var.gateway_config)))
    error_message = "gateway_config must be the text of a route file: a YAML object."
  }

  # A task definition holds 64 KB, with all else that is in it.
  validation {
    condition     = try(length(var.gateway_config), 0) <= 32768
    error_message = "gateway_config must have at most 32768 characters: a task definition holds no more."
  }

  # What only a starting task would say otherwise. Decoded first: a comment may name any key.
  validation {
    condition = alltrue([
      for name in compact(flatten(try(regexall("\\$\\{env:(\\w+)\\}|\"apiKeyEnv\":\"(\\w+)\"", jsonencode(yamldecode(var.gateway_config))), []))) :
      contains(concat(var.secret_keys, keys(var.extra_environment)), name)
    ])
    error_message = "gateway_config names a key that no task is given: put it into the secret (rotate_keys.sh) and its name into secret_keys."
  }
}

variable "automatic_rotation_days" {
  description = "Days between rotations of PROXY_API_KEY; the former key stays valid for as long again. null: by rotate_keys.sh only."
  type        = number
  default     = 90
  nullable    = true
}

variable "log_group_name" {
  description = "Log group of the tasks. docs/ know the default alone."
  type        = string
  default     = "/ecs/claude-proxy"
}

variable "pager_endpoints" {
  description = "https endpoints of a paging service."
  type        = list(string)
  default     = []
}

variable "cpu_architecture" {
  description = "X86_64, or ARM64 if the images are built for it."
  type        = string
  default     = "X86_64"
}

variable "api_cpu" {
  description = "CPU units of an API task. More than 1024 is of no use: one Node process has one main thread. Scale by tasks."
  type        = number
  default     = 1024
}

variable "api_memory" {
  description = "MiB of an API task: room for hundreds of streams, or for some ten 32 MB bodies at once."
  type        = number
  default     = 2048
}

variable "api_requests_per_target" {
  description = "Requests per minute and API task that autoscaling holds."
  type        = number
  default     = 3000
}

variable "worker_cpu" {
  description = "CPU units of a worker task."
  type        = number
  default     = 512
}

variable "worker_memory" {
  description = "MiB of a worker task: room for WORKER_CONCURRENCY jobs of 32 MB at once, each of which takes up to five times that."
  type        = number
  default     = 2048
}

variable "worker_backlog_per_task" {
  description = "Waiting jobs per worker task that autoscaling holds."
  type        = number
  default     = 20
}

variable "cors_origins" {
  description = "Origins of browsers that may call the API. Empty: none."
  type        = list(string)
  default     = []
}

variable "throttle_ip_per_minute" {
  description = "THROTTLE_IP_PER_MINUTE of each API task; 0 is no limit. WAF limits addresses before it, over all tasks together."
  type        = number
  default     = 600
}

variable "throttle_global_per_minute" {
  description = "THROTTLE_GLOBAL_PER_MINUTE of each API task; 0 is no limit."
  type        = number
  default     = 0
}

variable "metrics_security_group_ids" {
  description = "Security groups of Prometheus, in this VPC or a peered one: they may read /metrics of API (9464) and worker (8081) without a key. Empty: nobody."
  type        = list(string)
  default     = []
}

variable "extra_environment" {
  description = "Further plain variables for both parts: AZURE_OPENAI_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT, LOG_LEVEL … Never a secret. Tasks reach port 443 alone."
  type        = map(string)
  default     = {}
}

variable "requests_per_address_per_five_minutes" {
  description = "WAF's limit for one address."
  type        = number
  default     = 6000
}

variable "origin_read_timeout_seconds" {
  description = "Seconds CloudFront waits for the next byte; above 60 the account's CloudFront quota may have to be raised first."
  type        = number
  default     = 60
}
