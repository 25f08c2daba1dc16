output "url" {
  description = "Public address of the proxy."
  value       = "https://${aws_apprunner_service.this.service_url}"
}
