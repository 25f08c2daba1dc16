output "repository_urls" {
  description = "Registry addresses by part: api, worker."
  value       = { for part, repository in aws_ecr_repository.this : part => repository.repository_url }
}

output "repository_arns" {
  description = "ARNs by part: api, worker."
  value       = { for part, repository in aws_ecr_repository.this : part => repository.arn }
}
