variable "name" {
  description = "Name of the environment's resources."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the messages."
  type        = string
}
