variable "name" {
  description = "Name of the environment's resources."
  type        = string
}

variable "region" {
  description = "Region of the ECS services that are restarted after a rotation."
  type        = string
}

variable "secret_name" {
  description = "Name of the application's secret."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the secrets."
  type        = string
}

variable "ecs_cluster_name" {
  description = "Cluster of the services that read the secret."
  type        = string
}

variable "ecs_services" {
  description = "Names of the services that read the secret and are restarted after a rotation."
  type        = list(string)
}

variable "topic_arn" {
  description = "SNS topic that is told of a rotation."
  type        = string
}

variable "automatic_rotation_days" {
  description = "Days between rotations of PROXY_API_KEY. The former key stays valid for as long again. null: by hand only."
  type        = number
  nullable    = true
}

variable "log_retention_days" {
  description = "Days to keep the rotation function's log."
  type        = number
}
