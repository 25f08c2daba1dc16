variable "account_id" {
  description = "AWS account of this environment, twelve digits."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "domain_name" {
  description = "Public name of the proxy."
  type        = string
}

variable "route53_zone_id" {
  description = "Hosted zone that the public name is in."
  type        = string
}

variable "github_repository" {
  description = "OWNER/NAME of the repository that deploys."
  type        = string
}

variable "github_oidc_provider_arn" {
  description = "Output of infra/terraform/bootstrap."
  type        = string
}

variable "alarm_emails" {
  description = "Addresses that alarms are sent to."
  type        = list(string)
}

variable "pager_endpoints" {
  description = "https endpoints of a paging service."
  type        = list(string)
  default     = []
}

variable "initial_image_tag" {
  description = "Tag of the first images."
  type        = string
}

variable "cors_origins" {
  description = "Origins of browsers that may call the API."
  type        = list(string)
  default     = []
}

variable "extra_environment" {
  description = "Further plain environment variables of API and worker."
  type        = map(string)
  default     = {}
}

variable "gateway_config" {
  description = "Text of the route file (YAML) for API and worker; README.md says how to write it. null: the environment decides."
  type        = string
  default     = null
}

variable "secret_keys" {
  description = "Keys of the secret that become environment variables, in place of the platform's list: repeat what you keep of it. null: that list."
  type        = list(string)
  default     = null
}

variable "metrics_security_group_ids" {
  description = "Security groups of Prometheus that may read /metrics of the tasks."
  type        = list(string)
  default     = []
}
