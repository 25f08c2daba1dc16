variable "name" {
  description = "Prefix of the repositories: NAME/api and NAME/worker."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the images."
  type        = string
}

variable "kept_images" {
  description = "Images kept per repository."
  type        = number
  default     = 50
}
