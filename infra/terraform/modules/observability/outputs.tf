output "topic_arn" {
  description = "Topic that every alarm notifies."
  value       = aws_sns_topic.alarms.arn
}
