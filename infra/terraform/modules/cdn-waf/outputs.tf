output "distribution_id" {
  description = "Id of the CloudFront distribution."
  value       = aws_cloudfront_distribution.this.id
}

output "url" {
  description = "Public address of the proxy."
  value       = "https://${var.domain_name}"
}
