variable "name" {
  description = "Name of the environment's resources; also of the ECS cluster."
  type        = string
}

variable "environment" {
  description = "Value of the metrics' dimension «environment»."
  type        = string
}

variable "region" {
  description = "Region of the metrics."
  type        = string
}

variable "account_id" {
  description = "AWS account of the environment."
  type        = string
}

variable "partition" {
  description = "AWS partition."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the alarm topic."
  type        = string
}

variable "alarm_emails" {
  description = "Addresses that alarms are sent to."
  type        = list(string)
}

variable "pager_endpoints" {
  description = "https endpoints of a paging service that confirms subscriptions by itself."
  type        = list(string)
}

variable "runbook_url" {
  description = "Address of the operational runbook, without an anchor."
  type        = string
}

variable "load_balancer_arn_suffix" {
  description = "LoadBalancer dimension."
  type        = string
}

variable "target_group_arn_suffixes" {
  description = "TargetGroup dimensions by colour: blue, green."
  type        = map(string)
}

variable "queue_name" {
  description = "QueueName dimension of the job queue."
  type        = string
}

variable "dead_letter_name" {
  description = "QueueName dimension of the dead-letter queue."
  type        = string
}

variable "service_names" {
  description = "ECS services to watch for saturation."
  type        = list(string)
}

variable "minimum_healthy_targets" {
  description = "Ready API tasks below which an alarm is raised."
  type        = number
}

variable "minimum_requests" {
  description = "Requests in a window below which no error percentage is computed."
  type        = number
  default     = 20
}

variable "backlog_threshold" {
  description = "Waiting jobs that are too many when they do not go down for 15 minutes."
  type        = number
  default     = 1000
}

variable "failed_jobs_threshold" {
  description = "Failed jobs in 5 minutes, three times in a row, that raise an alarm."
  type        = number
  default     = 5
}

variable "usage_spool_threshold" {
  description = "Rows in a process's usage spool, in memory and on disk, that raise an alarm."
  type        = number
  default     = 1000
}
