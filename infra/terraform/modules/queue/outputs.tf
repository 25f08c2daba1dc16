output "queue_url" {
  description = "SQS_QUEUE_URL."
  value       = aws_sqs_queue.jobs.url
}

output "queue_arn" {
  description = "ARN of the job queue."
  value       = aws_sqs_queue.jobs.arn
}

output "queue_name" {
  description = "QueueName dimension of the job queue's metrics."
  value       = aws_sqs_queue.jobs.name
}

output "dead_letter_url" {
  description = "SQS_DLQ_URL."
  value       = aws_sqs_queue.dead_letters.url
}

output "dead_letter_arn" {
  description = "ARN of the dead-letter queue."
  value       = aws_sqs_queue.dead_letters.arn
}

output "dead_letter_name" {
  description = "QueueName dimension of the dead-letter queue's metrics."
  value       = aws_sqs_queue.dead_letters.name
}
