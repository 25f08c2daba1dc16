variable "name" {
  description = "Name of the environment's resources; a load balancer's name holds at most 32 characters, -green included."
  type        = string

  validation {
    condition     = length(var.name) <= 26
    error_message = "name may have at most 26 characters."
  }
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets of the load balancer."
  type        = list(string)
}

variable "api_security_group_id" {
  description = "Security group of the API tasks; gets a rule that admits the load balancer."
  type        = string
}

variable "api_port" {
  description = "Port of the API in its container."
  type        = number
}

variable "idle_timeout_seconds" {
  description = "Seconds without a byte before the load balancer closes a connection."
  type        = number
  default     = 610

  validation {
    condition     = var.idle_timeout_seconds >= 60 && var.idle_timeout_seconds < 620
    error_message = "idle_timeout_seconds must be from 60 to below 620, the time for which the API keeps an idle connection."
  }
}

variable "domain_name" {
  description = "Public name of the proxy. The certificate carries it too, because CloudFront passes the viewer's Host header on."
  type        = string
}

variable "route53_zone_id" {
  description = "Hosted zone that validates the certificate."
  type        = string
}

variable "access_logs_bucket" {
  description = "Bucket for access logs."
  type        = string
}

variable "deletion_protection" {
  description = "Refuse to delete the load balancer."
  type        = bool
}
