output "arn" {
  description = "ARN of the revision that Terraform registered last."
  value       = aws_ecs_task_definition.this.arn
}
