# The role that GitHub Actions takes by OIDC: no long-lived key exists. Exactly what .github/workflows/deploy.yml and
# infra/scripts/deploy_release.sh call, on this environment's resources.

data "aws_iam_policy_document" "deploy_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.github_oidc_provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    # Bound to the GitHub environment, whose reviewers approve: a branch or a fork alone cannot take the role.
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.github_repository}:environment:${var.environment}"]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "RegistryLogin"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "PushImages"
    resources = values(var.repository_arns)
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
  }

  # These know no resource-level permission.
  statement {
    sid       = "ReadTasksAndFigures"
    resources = ["*"]
    actions = [
      "ecs:DescribeTaskDefinition",
      "ecs:RegisterTaskDefinition",
      "elasticloadbalancing:DescribeListeners",
      "cloudwatch:GetMetricData",
      "application-autoscaling:DescribeScalableTargets",
    ]
  }

  statement {
    sid       = "UpdateServices"
    actions   = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = ["arn:${var.partition}:ecs:${var.region}:${var.account_id}:service/${var.name}/*"]
  }

  statement {
    sid       = "ScaleServices"
    actions   = ["application-autoscaling:RegisterScalableTarget"]
    resources = ["arn:${var.partition}:application-autoscaling:${var.region}:${var.account_id}:scalable-target/*"]

    condition {
      test     = "StringEquals"
      variable = "application-autoscaling:service-namespace"
      values   = ["ecs"]
    }
  }

  statement {
    sid       = "ShiftTraffic"
    actions   = ["elasticloadbalancing:ModifyListener"]
    resources = [var.listener_arn]
  }

  statement {
    sid       = "RecordReleases"
    actions   = ["ssm:GetParametersByPath", "ssm:GetParameter", "ssm:PutParameter"]
    resources = ["arn:${var.partition}:ssm:${var.region}:${var.account_id}:parameter/${var.project}/${var.environment}/*"]
  }

  statement {
    sid       = "ReadParametersPath"
    actions   = ["ssm:GetParametersByPath"]
    resources = ["arn:${var.partition}:ssm:${var.region}:${var.account_id}:parameter/${var.project}/${var.environment}"]
  }

  statement {
    sid       = "ReadMigrationsSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.migrations_secret_arn]
  }

  statement {
    sid       = "DecryptMigrationsSecret"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "HandRolesToTasks"
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.execution.arn, aws_iam_role.api.arn, aws_iam_role.worker.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  name                 = "${var.name}-deploy"
  assume_role_policy   = data.aws_iam_policy_document.deploy_trust.json
  max_session_duration = 7200 # a canary with its pauses takes over an hour
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.deploy.id
  policy = data.aws_iam_policy_document.deploy.json
}
