variable "name" {
  description = "Name of the environment's resources."
  type        = string
}

variable "domain_name" {
  description = "Public name of the proxy."
  type        = string
}

variable "route53_zone_id" {
  description = "Hosted zone of the public name."
  type        = string
}

variable "load_balancer_arn" {
  description = "Internal load balancer behind the VPC origin."
  type        = string
}

variable "load_balancer_dns_name" {
  description = "Internal name of the load balancer."
  type        = string
}

variable "access_logs_bucket_arn" {
  description = "Bucket for access logs."
  type        = string
}

variable "price_class" {
  description = "CloudFront's edge locations: PriceClass_100 (North America, Europe), PriceClass_200, PriceClass_All."
  type        = string
  default     = "PriceClass_100"
}

variable "origin_read_timeout_seconds" {
  description = "Seconds CloudFront waits for the next byte. Streams ping more often once the upstream has sent its headers; before that nothing is sent, so firstByteMs of a target belongs below this. A plain request that takes longer ends in a 504 and belongs into a stream or a durable job."
  type        = number
  default     = 60

  validation {
    condition     = var.origin_read_timeout_seconds >= 30 && var.origin_read_timeout_seconds <= 120
    error_message = "origin_read_timeout_seconds must be from 30 to 120, CloudFront's maximum."
  }
}

variable "requests_per_address_per_five_minutes" {
  description = "Requests from one address in five minutes before WAF answers 429. An office behind one address is one client here."
  type        = number
  default     = 6000

  validation {
    condition     = var.requests_per_address_per_five_minutes >= 10
    error_message = "WAF accepts no rate limit below 10."
  }
}

variable "blocked_requests_alarm_threshold" {
  description = "Blocked requests in five minutes, twice in a row, that raise an alarm."
  type        = number
  default     = 500
}

variable "alarm_emails" {
  description = "Addresses that alarms of the edge are sent to."
  type        = list(string)
}

variable "pager_endpoints" {
  description = "https endpoints of a paging service that confirms subscriptions by itself."
  type        = list(string)
}

variable "runbook_url" {
  description = "Address of the operational runbook, without an anchor."
  type        = string
}

variable "log_retention_days" {
  description = "Days to keep WAF's log."
  type        = number
}
