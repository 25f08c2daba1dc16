variable "region" {
  description = "AWS region."
  type        = string
}

variable "image_tag" {
  description = "Tag of the API's image."
  type        = string
}

variable "name" {
  description = "Name of the service."
  type        = string
  default     = "claude-proxy"
}

variable "repository_name" {
  description = "ECR repository of the API's image, in this account and region."
  type        = string
  default     = "claude-proxy/api"
}

variable "secret_name" {
  description = "Secret with the keys, a JSON object."
  type        = string
  default     = "claude-proxy-secrets"
}

variable "secret_keys" {
  description = "Keys of the secret that become environment variables; each must exist in it. Those of Supabase stay out: without a queue they would be half a configuration."
  type        = list(string)
  default     = ["PROXY_API_KEY", "PROXY_API_KEY_PREVIOUS", "ANTHROPIC_API_KEY"]
}

variable "cors_origins" {
  description = "Origins of browsers that may call the API."
  type        = list(string)
  default     = []
}

variable "throttle_ip_per_minute" {
  description = "Requests per minute from one address; 0 is no limit."
  type        = number
  default     = 600
}

variable "gateway_config" {
  description = "Text of the route file (YAML): targets, routes, prices. The keys that it names are members of secret_keys. null: the environment decides."
  type        = string
  default     = null
}

variable "extra_environment" {
  description = "Further plain variables."
  type        = map(string)
  default     = {}
}
