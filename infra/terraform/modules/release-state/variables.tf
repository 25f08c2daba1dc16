variable "project" {
  description = "First part of the parameter path."
  type        = string
}

variable "environment" {
  description = "Second part of the parameter path."
  type        = string
}

variable "deployment_facts" {
  description = "Facts the release scripts read, by name."
  type        = map(string)
}

variable "initial_image_tag" {
  description = "Tag that the first task definitions name, before any release."
  type        = string
}
