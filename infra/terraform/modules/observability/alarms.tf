# Alarms with one metric each, as a table. `missing` says what silence means: of a heartbeat it is the failure itself.

locals {
  worker_dimensions      = { service = "worker", environment = var.environment }
  queue_dimensions       = { QueueName = var.queue_name }
  dead_letter_dimensions = { QueueName = var.dead_letter_name }

  single_metric_alarms = {
    # Not SQS's age: a message is deleted when its job has ended, so to SQS a job that runs for ten minutes is one that waits. Where no
    # worker is left to tell it, worker-heartbeat raises the alarm.
    queue-age = {
      text      = "Queue age SLO: the oldest job has waited over 5 minutes"
      namespace = "ClaudeProxy", metric = "QueueOldestAgeSeconds", dimensions = local.worker_dimensions
      statistic = "Maximum", period = 60, count = 5, operator = "GreaterThanThreshold", threshold = 300, missing = "notBreaching"
    }
    queue-backlog = {
      text      = "More jobs wait than the workers have taken in 15 minutes"
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = local.queue_dimensions
      statistic = "Minimum", period = 300, count = 3, operator = "GreaterThanThreshold", threshold = var.backlog_threshold, missing = "notBreaching"
    }
    dead-letters = {
      text      = "Messages were received twenty times, never acknowledged, and lie in the dead-letter queue"
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = local.dead_letter_dimensions
      statistic = "Maximum", period = 60, count = 1, operator = "GreaterThanThreshold", threshold = 0, missing = "notBreaching"
    }
    jobs-failing = {
      text      = "Jobs end as failed"
      namespace = "ClaudeProxy", metric = "JobsFailed", dimensions = local.worker_dimensions
      statistic = "Sum", period = 300, count = 3, operator = "GreaterThanThreshold", threshold = var.failed_jobs_threshold, missing = "notBreaching"
    }
    worker-heartbeat = {
      text      = "No worker has given a sign of life for 5 minutes"
      namespace = "ClaudeProxy", metric = "WorkerHeartbeat", dimensions = local.worker_dimensions
      statistic = "SampleCount", period = 60, count = 5, operator = "LessThanThreshold", threshold = 1, missing = "breaching"
    }
    usage-spool-api = {
      text      = "Usage rows of the API pile up in the spool: the database does not take them"
      namespace = "ClaudeProxy", metric = "UsageSpoolDepth", dimensions = local.api_dimensions
      statistic = "Maximum", period = 300, count = 2, operator = "GreaterThanThreshold", threshold = var.usage_spool_threshold, missing = "notBreaching"
    }
    usage-spool-worker = {
      text      = "Usage rows of the worker pile up in the spool: the database does not take them"
      namespace = "ClaudeProxy", metric = "UsageSpoolDepth", dimensions = local.worker_dimensions
      statistic = "Maximum", period = 300, count = 2, operator = "GreaterThanThreshold", threshold = var.usage_spool_threshold, missing = "notBreaching"
    }
    secret-rotation = {
      text      = "The rotation of PROXY_API_KEY failed"
      namespace = "AWS/Lambda", metric = "Errors", dimensions = { FunctionName = "${var.name}-rotate-secret" }
      statistic = "Sum", period = 300, count = 1, operator = "GreaterThanThreshold", threshold = 0, missing = "notBreaching"
    }
  }

  # Two alarms may lead to one section.
  runbook_anchors = {
    for name in keys(local.single_metric_alarms) : name => (
      startswith(name, "usage-spool") ? "usage-spool" : name
    )
  }
}

resource "aws_cloudwatch_metric_alarm" "single" {
  for_each = local.single_metric_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.text}. Runbook: ${var.runbook_url}#${local.runbook_anchors[each.key]}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.count
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# The idle colour has no targets by design, so both count together.
resource "aws_cloudwatch_metric_alarm" "healthy_targets" {
  alarm_name          = "${var.name}-healthy-targets"
  alarm_description   = "Fewer than ${var.minimum_healthy_targets} API tasks are ready. Runbook: ${var.runbook_url}#healthy-targets"
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = var.minimum_healthy_targets
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "ready"
    label       = "Ready API tasks"
    expression  = "FILL(blue, 0) + FILL(green, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = var.target_group_arn_suffixes

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "HealthyHostCount"
        dimensions  = { LoadBalancer = var.load_balancer_arn_suffix, TargetGroup = metric_query.value }
        stat        = "Minimum"
        period      = 60
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "saturation" {
  for_each = {
    for pair in setproduct(var.service_names, ["CPUUtilization", "MemoryUtilization"]) :
    "${pair[0]}-${pair[1] == "CPUUtilization" ? "cpu" : "memory"}" => { service = pair[0], metric = pair[1] }
  }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.metric} of ${each.value.service} is over 85 % for 15 minutes: autoscaling is at its bound or too slow. Runbook: ${var.runbook_url}#saturation"
  namespace           = "AWS/ECS"
  metric_name         = each.value.metric
  dimensions          = { ClusterName = var.name, ServiceName = each.value.service }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 85
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
