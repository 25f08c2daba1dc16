# Internal: CloudFront reaches it through a VPC origin, nobody else reaches it at all, so nothing can go round the WAF.

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_security_group" "this" {
  name        = "${var.name}-alb"
  description = "Load balancer of the API"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-alb" }
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS from CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "api" {
  security_group_id            = aws_security_group.this.id
  description                  = "API tasks"
  referenced_security_group_id = var.api_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.api_port
  to_port                      = var.api_port
}

resource "aws_vpc_security_group_ingress_rule" "api" {
  security_group_id            = var.api_security_group_id
  description                  = "Load balancer"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.api_port
  to_port                      = var.api_port
}

resource "aws_lb" "this" {
  name               = var.name
  internal           = true
  load_balancer_type = "application"
  subnets            = var.private_subnet_ids
  security_groups    = [aws_security_group.this.id]

  # Longer than the SDKs' ten-minute deadline: a plain request may be silent for that long. Streams send pings well within it,
  # once the upstream has sent its headers; before that CloudFront's own timeout is the shorter one.
  # The API keeps idle connections for 620 s, longer still, or the balancer would meet one that is just being closed and answer 502.
  idle_timeout = var.idle_timeout_seconds

  enable_deletion_protection = var.deletion_protection
  drop_invalid_header_fields = true
  preserve_host_header       = true
  xff_header_processing_mode = "append"

  access_logs {
    bucket  = var.access_logs_bucket
    prefix  = "alb"
    enabled = true
  }
}

resource "aws_lb_target_group" "this" {
  for_each = toset(["blue", "green"])

  name                          = "${var.name}-${each.value}"
  vpc_id                        = var.vpc_id
  target_type                   = "ip"
  protocol                      = "HTTP"
  port                          = var.api_port
  load_balancing_algorithm_type = "least_outstanding_requests"

  # Open streams get as long to finish as Fargate lets a task live after SIGTERM.
  deregistration_delay = 120

  health_check {
    path                = "/health/ready"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_acm_certificate" "this" {
  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # One name, hence one record.
  validation = one(aws_acm_certificate.this.domain_validation_options)
}

resource "aws_route53_record" "validation" {
  zone_id         = var.route53_zone_id
  name            = local.validation.resource_record_name
  type            = local.validation.resource_record_type
  records         = [local.validation.resource_record_value]
  ttl             = 60
  allow_overwrite = true # CloudFront's certificate in us-east-1 validates with the same record
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [aws_route53_record.validation.fqdn]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.this.certificate_arn

  default_action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.this["blue"].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.this["green"].arn
        weight = 0
      }
    }
  }

  # The weights belong to deploy_release.sh: an apply in the middle of a canary must not undo it.
  lifecycle {
    ignore_changes = [default_action]
  }
}

# /metrics tells of load, cost and upstreams. It is read inside the VPC, at the tasks, by the security groups
# that var.metrics_security_group_ids of module platform names.
resource "aws_lb_listener_rule" "metrics_hidden" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      status_code  = "404"
      message_body = jsonencode({ type = "error", error = { type = "not_found_error", message = "Not found" } })
    }
  }

  condition {
    path_pattern {
      values = ["/metrics", "/metrics/*"]
    }
  }
}

# Lets the smoke test reach a new release before any client does. It still wants a key, but the colour that is empty answers everybody with
# a 503 of the load balancer, which alarms count: so the header's value ends in what nobody outside can know, the listener's id.
locals {
  preview_id = basename(aws_lb_listener.https.arn)
}

resource "aws_lb_listener_rule" "preview" {
  for_each = { blue = 11, green = 12 }

  listener_arn = aws_lb_listener.https.arn
  priority     = each.value

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }

  condition {
    http_header {
      http_header_name = "x-release-preview"
      values           = ["${each.key}-${local.preview_id}"]
    }
  }
}
