variable "family" {
  description = "Family of the task definition."
  type        = string
}

variable "container_name" {
  description = "Name of the container and prefix of its log streams: api or worker."
  type        = string
}

variable "image" {
  description = "Image with its tag."
  type        = string
}

variable "cpu" {
  description = "CPU units, 1024 being one vCPU."
  type        = number
}

variable "memory" {
  description = "Memory in MiB."
  type        = number
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64; that of the image."
  type        = string
}

variable "port" {
  description = "Port the container listens on."
  type        = number
}

variable "environment" {
  description = "Plain environment variables."
  type        = map(string)
}

variable "usage_spool_dir" {
  description = "Directory that the container may write to. The image must declare it a VOLUME of its user's: Fargate takes the permissions from there."
  type        = string
}

variable "secret_arn" {
  description = "Secret, a JSON object, whose keys become environment variables."
  type        = string
}

variable "secret_keys" {
  description = "Keys of the secret to inject. A task does not start if one is missing from the secret; its value may be empty."
  type        = list(string)
}

variable "execution_role_arn" {
  description = "Role of the ECS agent."
  type        = string
}

variable "task_role_arn" {
  description = "Role of the process."
  type        = string
}

variable "log_group_name" {
  description = "Log group of the container's output."
  type        = string
}

variable "region" {
  description = "Region of the log group."
  type        = string
}
