variable "name" {
  description = "Name of the environment's resources; also the key's alias."
  type        = string
}

variable "region" {
  description = "Region whose CloudWatch Logs service may use the key."
  type        = string
}
