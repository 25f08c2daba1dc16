# What infra/scripts/*.sh need to know of this environment, readable in one call: /PROJECT/ENVIRONMENT/deploy/* says where things are,
# /PROJECT/ENVIRONMENT/release/* says what runs. None of it is secret.

locals {
  prefix = "/${var.project}/${var.environment}"
}

resource "aws_ssm_parameter" "deploy" {
  for_each = var.deployment_facts

  name = "${local.prefix}/deploy/${each.key}"
  type = "String"

  # The plain attribute: plans show it, and a task definition made from it is not marked sensitive.
  insecure_value = each.value
}

# Written by deploy_release.sh after each release.
resource "aws_ssm_parameter" "release" {
  for_each = {
    live-colour          = "blue"
    image-tag            = var.initial_image_tag
    previous-image       = "none"
    previous-api-task    = "none"
    previous-worker-task = "none"
  }

  name           = "${local.prefix}/release/${each.key}"
  type           = "String"
  insecure_value = each.value

  lifecycle {
    ignore_changes = [insecure_value]
  }
}
