output "url" {
  description = "Public address of the proxy."
  value       = module.platform.url
}

output "deploy_role_arn" {
  description = "Variable AWS_DEPLOY_ROLE_ARN of the GitHub environment."
  value       = module.platform.deploy_role_arn
}

output "repository_urls" {
  description = "Image repositories by part."
  value       = module.platform.repository_urls
}

output "nat_addresses" {
  description = "Addresses to put on the allow-lists of upstreams and of Supabase."
  value       = module.platform.nat_addresses
}
