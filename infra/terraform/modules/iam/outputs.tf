output "execution_role_arn" {
  description = "Role of the ECS agent."
  value       = aws_iam_role.execution.arn
  depends_on  = [aws_iam_role_policy.execution]
}

output "api_role_arn" {
  description = "Role of the API tasks."
  value       = aws_iam_role.api.arn
  depends_on  = [aws_iam_role_policy.api]
}

output "worker_role_arn" {
  description = "Role of the worker tasks."
  value       = aws_iam_role.worker.arn
  depends_on  = [aws_iam_role_policy.worker]
}

output "deploy_role_arn" {
  description = "Role for GitHub Actions: the variable AWS_DEPLOY_ROLE_ARN of the GitHub environment."
  value       = aws_iam_role.deploy.arn
}
