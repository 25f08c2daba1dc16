output "application_secret_arn" {
  description = "ARN of the application's secret."
  value       = aws_secretsmanager_secret.application.arn
}

output "migrations_secret_arn" {
  description = "ARN of the migrations' secret."
  value       = aws_secretsmanager_secret.migrations.arn
}
