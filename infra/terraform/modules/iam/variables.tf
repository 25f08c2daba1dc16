variable "name" {
  description = "Name of the environment's resources; also of the ECS cluster."
  type        = string
}

variable "project" {
  description = "First part of the parameter path /PROJECT/ENVIRONMENT."
  type        = string
}

variable "environment" {
  description = "staging or production; also the name of the GitHub environment that may deploy."
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

variable "region" {
  description = "Region of the environment."
  type        = string
}

variable "github_repository" {
  description = "OWNER/NAME whose workflows may take the deployment role."
  type        = string
}

variable "github_oidc_provider_arn" {
  description = "GitHub's identity provider in this account (made by infra/terraform/bootstrap)."
  type        = string
}

variable "repository_arns" {
  description = "Image repositories by part."
  type        = map(string)
}

variable "log_group_arn" {
  description = "Log group of the tasks."
  type        = string
}

variable "application_secret_arn" {
  description = "Secret that is injected into the tasks."
  type        = string
}

variable "migrations_secret_arn" {
  description = "Secret that only the deployment role reads."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the secrets and the queue."
  type        = string
}

variable "queue_arn" {
  description = "Job queue."
  type        = string
}

variable "dead_letter_arn" {
  description = "Dead-letter queue."
  type        = string
}

variable "listener_arn" {
  description = "Listener whose weights a release shifts."
  type        = string
}
