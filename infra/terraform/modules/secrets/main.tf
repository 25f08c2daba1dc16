# Terraform makes the secrets and never sees their values: those are put in by infra/scripts/rotate_keys.sh and stay out of the state.

resource "aws_secretsmanager_secret" "application" {
  name                    = var.secret_name
  description             = "Claude Proxy: keys of clients, model vendors and Supabase, one JSON object"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 30
}

# Apart from the application's: its user may change the schema, which no task ever may.
resource "aws_secretsmanager_secret" "migrations" {
  name                    = "${var.secret_name}-migrations"
  description             = "Claude Proxy: DATABASE_URL for migrations, a plain string, read by the deployment role alone"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 30
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["secretsmanager:*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_secretsmanager_secret_policy" "application" {
  secret_arn = aws_secretsmanager_secret.application.arn
  policy     = data.aws_iam_policy_document.tls_only.json
}

resource "aws_secretsmanager_secret_policy" "migrations" {
  secret_arn = aws_secretsmanager_secret.migrations.arn
  policy     = data.aws_iam_policy_document.tls_only.json
}
