# Both wait for the policy: the load balancer tries a write when logging is switched on.
output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket_policy.this.bucket
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
  depends_on  = [aws_s3_bucket_policy.this]
}
