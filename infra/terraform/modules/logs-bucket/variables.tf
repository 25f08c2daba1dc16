variable "name" {
  description = "Name of the environment's resources."
  type        = string
}

variable "retention_days" {
  description = "Days to keep access logs. They hold clients' IP addresses: keep them no longer than incident work needs."
  type        = number
  default     = 90
}
