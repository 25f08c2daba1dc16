variable "name" {
  description = "Name of the environment's resources."
  type        = string
}

variable "region" {
  description = "Region of the VPC, part of the endpoints' service names."
  type        = string
}

variable "cidr" {
  description = "IPv4 range of the VPC, a /16."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "cidr must be a /16 in CIDR notation, for example 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "Availability zones to spread over."
  type        = number
  default     = 3

  validation {
    condition     = var.zone_count >= 2 && var.zone_count <= 6
    error_message = "A load balancer needs at least 2 zones; the address plan holds 6."
  }
}

variable "nat_per_zone" {
  description = "true: a NAT gateway in each zone, so that losing one zone does not cut the others from their upstreams. false: one, cheaper."
  type        = bool
}

variable "flow_log_retention_days" {
  description = "Days to keep records of refused connections."
  type        = number
  default     = 30
}

variable "kms_key_arn" {
  description = "Key that encrypts the flow logs."
  type        = string
}
