output "arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "LoadBalancer dimension of its metrics."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "Internal name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "listener_arn" {
  description = "Listener whose weights a release shifts."
  value       = aws_lb_listener.https.arn
}

output "preview_id" {
  description = "End of the header's value that leads to the tasks of a colour: COLOUR-ID."
  value       = local.preview_id
}

output "target_group_arns" {
  description = "Target groups by colour."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.arn }

  # ECS refuses a service whose target group has no listener yet.
  depends_on = [aws_lb_listener.https]
}

output "target_group_arn_suffixes" {
  description = "TargetGroup dimensions of the metrics, by colour."
  value       = { for colour, group in aws_lb_target_group.this : colour => group.arn_suffix }
}
