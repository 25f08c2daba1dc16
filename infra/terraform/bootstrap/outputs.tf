output "state_bucket" {
  description = "For terraform init -backend-config=bucket=…"
  value       = aws_s3_bucket.state.bucket
}

output "github_oidc_provider_arn" {
  description = "For the variable github_oidc_provider_arn of an environment."
  value       = aws_iam_openid_connect_provider.github.arn
}
