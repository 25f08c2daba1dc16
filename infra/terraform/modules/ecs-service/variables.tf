variable "name" {
  description = "Name of the service in its cluster: api-blue, api-green or worker."
  type        = string
}

variable "cluster_arn" {
  description = "Cluster of the service."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster, for autoscaling and metrics."
  type        = string
}

variable "task_definition_arn" {
  description = "Revision to start with; releases replace it."
  type        = string
}

variable "desired_count" {
  description = "Tasks to start with; autoscaling and releases change it."
  type        = number
}

variable "min_tasks" {
  description = "Autoscaling's lower bound to start with."
  type        = number
}

variable "max_tasks" {
  description = "Autoscaling's upper bound to start with."
  type        = number
}

variable "subnet_ids" {
  description = "Private subnets of the tasks."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the tasks."
  type        = string
}

variable "container_name" {
  description = "Container that the load balancer sends to."
  type        = string
}

variable "container_port" {
  description = "Port of that container."
  type        = number
}

variable "target_group_arn" {
  description = "Target group to join. null: no load balancer."
  type        = string
  default     = null
}

variable "cpu_target_percent" {
  description = "Average CPU to hold. null: do not scale on CPU."
  type        = number
  default     = null
}

variable "requests_per_target" {
  description = "Requests per minute and task to hold. null: do not scale on requests."
  type        = number
  default     = null
}

variable "request_count_resource_label" {
  description = "LOAD_BALANCER_SUFFIX/TARGET_GROUP_SUFFIX of the requests to count."
  type        = string
  default     = null
}

variable "backlog_per_task" {
  description = "Waiting messages per task to hold. null: do not scale on the backlog."
  type        = number
  default     = null
}

variable "backlog_queue_name" {
  description = "Queue whose waiting messages count."
  type        = string
  default     = null
}
