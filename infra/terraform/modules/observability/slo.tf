# Availability 99.9 % over 30 days, as burn rates: 14.4 times the allowed pace spends 2 % of the month's budget in an hour, 6 times 5 %
# in six hours, 1 time 10 % in three days. The short window makes an alarm end soon after its cause has.
# The error is an answer of the API with 5xx, or one that the load balancer gave in its place because no task could.

locals {
  error_budget_percent = 0.1

  burn_windows = {
    fast = { rate = 14.4, long_period = 3600, long_count = 1, short_period = 300, long = "1 h", short = "5 min" }
    slow = { rate = 6, long_period = 21600, long_count = 1, short_period = 1800, long = "6 h", short = "30 min" }

    # CloudWatch's longest period is a day, so «three days at 1x» is three days running, each at 1x or more. The Prometheus rule beside
    # it has the exact window.
    trickle = { rate = 1, long_period = 86400, long_count = 3, short_period = 21600, long = "3 d", short = "6 h" }
  }

  burn_alarms = merge([
    for name, window in local.burn_windows : {
      "${name}-long"  = { rate = window.rate, period = window.long_period, count = window.long_count, text = window.long }
      "${name}-short" = { rate = window.rate, period = window.short_period, count = 1, text = window.short }
    }
  ]...)

  api_dimensions = { service = "api", environment = var.environment }

}

resource "aws_cloudwatch_metric_alarm" "burn" {
  for_each = local.burn_alarms

  alarm_name          = "${var.name}-availability-burn-${each.key}"
  alarm_description   = "Part of ${var.name}-availability-burn-${split("-", each.key)[0]}: error budget burns at ${each.value.rate}x over ${each.value.text}. Runbook: ${var.runbook_url}#availability-burn"
  evaluation_periods  = each.value.count
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.rate * local.error_budget_percent
  treat_missing_data  = "notBreaching"

  # A night with three requests, one of them failed, is no outage.
  metric_query {
    id          = "error_percent"
    label       = "Error percentage"
    expression  = "IF(FILL(requests, 0) + FILL(refused, 0) >= ${var.minimum_requests}, 100 * (FILL(errors, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0)), 0)"
    return_data = true
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "ClaudeProxy"
      metric_name = "Requests"
      dimensions  = local.api_dimensions
      stat        = "Sum"
      period      = each.value.period
    }
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "ClaudeProxy"
      metric_name = "Errors"
      dimensions  = local.api_dimensions
      stat        = "Sum"
      period      = each.value.period
    }
  }

  metric_query {
    id = "refused"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_ELB_5XX_Count"
      dimensions  = { LoadBalancer = var.load_balancer_arn_suffix }
      stat        = "Sum"
      period      = each.value.period
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "burn" {
  for_each = local.burn_windows

  alarm_name        = "${var.name}-availability-burn-${each.key}"
  alarm_description = "Availability SLO 99.9 %: the error budget burns at ${each.value.rate}x over ${each.value.long} and over ${each.value.short}. Runbook: ${var.runbook_url}#availability-burn"
  alarm_rule        = "ALARM(\"${aws_cloudwatch_metric_alarm.burn["${each.key}-long"].alarm_name}\") AND ALARM(\"${aws_cloudwatch_metric_alarm.burn["${each.key}-short"].alarm_name}\")"
  alarm_actions     = [aws_sns_topic.alarms.arn]
  ok_actions        = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  alarm_name          = "${var.name}-error-rate"
  alarm_description   = "Error rate SLO 1 %: over 1 % of answers are 5xx for 30 minutes. Runbook: ${var.runbook_url}#error-rate"
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "error_percent"
    label       = "Error percentage"
    expression  = "IF(FILL(requests, 0) >= ${var.minimum_requests}, 100 * FILL(errors, 0) / FILL(requests, 0), 0)"
    return_data = true
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "ClaudeProxy"
      metric_name = "Requests"
      dimensions  = local.api_dimensions
      stat        = "Sum"
      period      = 900
    }
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "ClaudeProxy"
      metric_name = "Errors"
      dimensions  = local.api_dimensions
      stat        = "Sum"
      period      = 900
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-latency"
  alarm_description   = "Latency SLO: the proxy's own share of a request, p95 over 5 minutes, is 500 ms or more. Runbook: ${var.runbook_url}#latency"
  namespace           = "ClaudeProxy"
  metric_name         = "OverheadLatency"
  dimensions          = local.api_dimensions
  extended_statistic  = "p95"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 500
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  # Too few requests make no percentile.
  evaluate_low_sample_count_percentiles = "ignore"
}
