output "url" {
  description = "Public address of the proxy."
  value       = module.cdn_waf.url
}

output "deploy_role_arn" {
  description = "Variable AWS_DEPLOY_ROLE_ARN of the GitHub environment."
  value       = module.iam.deploy_role_arn
}

output "repository_urls" {
  description = "Image repositories by part."
  value       = module.ecr.repository_urls
}

output "nat_addresses" {
  description = "Addresses to put on the allow-lists of upstreams and of Supabase."
  value       = module.network.nat_addresses
}
