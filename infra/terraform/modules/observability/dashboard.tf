# Four panels, the same four as on the Grafana board: how much, how fast, how wrong, how far behind.

locals {
  api_metric = ["service", "api", "environment", var.environment]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = [
      {
        type   = "metric"
        x      = 0
        y      = 0
        width  = 12
        height = 7
        properties = {
          title  = "Requests per second"
          region = var.region
          view   = "timeSeries"
          period = 60
          yAxis  = { left = { min = 0, showUnits = false } }
          metrics = [
            [{ expression = "requests / PERIOD(requests)", label = "API", id = "rate" }],
            concat(["ClaudeProxy", "Requests"], local.api_metric, [{ id = "requests", stat = "Sum", visible = false }]),
          ]
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 0
        width  = 12
        height = 7
        properties = {
          title  = "Own latency P50 / P95 / P99 (ms), first byte P95"
          region = var.region
          view   = "timeSeries"
          period = 300
          yAxis  = { left = { min = 0, showUnits = false } }
          metrics = [
            concat(["ClaudeProxy", "OverheadLatency"], local.api_metric, [{ stat = "p50", label = "P50" }]),
            concat(["ClaudeProxy", "OverheadLatency"], local.api_metric, [{ stat = "p95", label = "P95" }]),
            concat(["ClaudeProxy", "OverheadLatency"], local.api_metric, [{ stat = "p99", label = "P99" }]),
            concat(["ClaudeProxy", "FirstByteLatency"], local.api_metric, [{ stat = "p95", label = "First byte P95", yAxis = "right" }]),
          ]
          annotations = { horizontal = [{ label = "SLO: P95 below 500 ms", value = 500, color = "#d62728" }] }
        }
      },
      {
        type   = "metric"
        x      = 0
        y      = 7
        width  = 12
        height = 7
        properties = {
          title  = "5xx answers (%)"
          region = var.region
          view   = "timeSeries"
          period = 300
          yAxis  = { left = { min = 0, showUnits = false } }
          metrics = [
            [{ expression = "100 * (FILL(errors, 0) + FILL(refused, 0)) / (requests + FILL(refused, 0))", label = "5xx", id = "percent" }],
            concat(["ClaudeProxy", "Requests"], local.api_metric, [{ id = "requests", stat = "Sum", visible = false }]),
            concat(["ClaudeProxy", "Errors"], local.api_metric, [{ id = "errors", stat = "Sum", visible = false }]),
            ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", var.load_balancer_arn_suffix, { id = "refused", stat = "Sum", visible = false }],
          ]
          annotations = {
            horizontal = [
              { label = "SLO: error rate 1 %", value = 1, color = "#d62728" },
              { label = "SLO: availability 99.9 %", value = 0.1, color = "#ff7f0e" },
            ]
          }
        }
      },
      {
        type   = "metric"
        x      = 12
        y      = 7
        width  = 12
        height = 7
        properties = {
          title  = "Queue depth, dead letters, age of the oldest job (s, right)"
          region = var.region
          view   = "timeSeries"
          period = 60
          yAxis  = { left = { min = 0, showUnits = false }, right = { min = 0, showUnits = false } }
          metrics = [
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue_name, { stat = "Maximum", label = "Waiting" }],
            ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", var.queue_name, { stat = "Maximum", label = "Running" }],
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_name, { stat = "Maximum", label = "Dead letters" }],
            ["ClaudeProxy", "QueueOldestAgeSeconds", "service", "worker", "environment", var.environment, { stat = "Maximum", label = "Oldest", yAxis = "right" }],
          ]
          annotations = { horizontal = [{ label = "SLO: oldest job below 300 s", value = 300, color = "#d62728", yAxis = "right" }] }
        }
      },
    ]
  })
}
