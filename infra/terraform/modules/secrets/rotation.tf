data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  partition     = data.aws_partition.current.partition
  account_id    = data.aws_caller_identity.current.account_id
  function_name = "${var.name}-rotate-secret"
  service_arns = [
    for service in var.ecs_services :
    "arn:${local.partition}:ecs:${var.region}:${local.account_id}:service/${var.ecs_cluster_name}/${service}"
  ]
}

resource "aws_cloudwatch_log_group" "rotation" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "rotation_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "rotation" {
  statement {
    sid       = "OneSecret"
    resources = [aws_secretsmanager_secret.application.arn]
    actions = [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ]
  }

  statement {
    sid       = "OneKey"
    resources = [var.kms_key_arn]
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
  }

  statement {
    sid       = "RestartTasks"
    resources = local.service_arns
    actions   = ["ecs:UpdateService"]
  }

  statement {
    sid       = "TellOperators"
    resources = [var.topic_arn]
    actions   = ["sns:Publish"]
  }

  statement {
    sid       = "Log"
    resources = ["${aws_cloudwatch_log_group.rotation.arn}:*"]
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
  }
}

resource "aws_iam_role" "rotation" {
  name               = local.function_name
  assume_role_policy = data.aws_iam_policy_document.rotation_trust.json
}

resource "aws_iam_role_policy" "rotation" {
  name   = "rotate"
  role   = aws_iam_role.rotation.id
  policy = data.aws_iam_policy_document.rotation.json
}

# A CloudFormation stack, because its functions can carry their code inline: aws_lambda_function wants an archive, hence a build step
# or a second provider. The handler of inline code is always index.handler.
resource "aws_cloudformation_stack" "rotation" {
  name = local.function_name

  template_body = jsonencode({
    Resources = {
      Function = {
        Type = "AWS::Lambda::Function"
        Properties = {
          FunctionName = local.function_name
          Description  = "Rotates PROXY_API_KEY in ${var.secret_name}"
          Runtime      = "nodejs22.x"
          Handler      = "index.handler"
          Timeout      = 60
          MemorySize   = 256
          Role         = aws_iam_role.rotation.arn
          Code         = { ZipFile = file("${path.module}/rotation/rotate-secret.cjs") }
          Environment = {
            Variables = {
              CLUSTER   = var.ecs_cluster_name
              SERVICES  = join(",", var.ecs_services)
              TOPIC_ARN = var.topic_arn
            }
          }
        }
      }
    }
    Outputs = {
      FunctionArn = { Value = { "Fn::GetAtt" = ["Function", "Arn"] } }
    }
  })

  depends_on = [aws_iam_role_policy.rotation, aws_cloudwatch_log_group.rotation]
}

resource "aws_lambda_permission" "rotation" {
  statement_id   = "SecretsManager"
  action         = "lambda:InvokeFunction"
  function_name  = aws_cloudformation_stack.rotation.outputs["FunctionArn"]
  principal      = "secretsmanager.amazonaws.com"
  source_account = local.account_id
}

resource "aws_secretsmanager_secret_rotation" "application" {
  count = var.automatic_rotation_days == null ? 0 : 1

  secret_id           = aws_secretsmanager_secret.application.id
  rotation_lambda_arn = aws_cloudformation_stack.rotation.outputs["FunctionArn"]

  # The first value comes from rotate_keys.sh; rotating at once would find none.
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.automatic_rotation_days
  }

  depends_on = [aws_lambda_permission.rotation]
}
