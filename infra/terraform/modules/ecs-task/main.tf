# One container, one family. Terraform registers a revision whenever the configuration changes; a release registers one with another
# image. Both start from the latest, so neither undoes the other's part.

locals {
  memory_environment = {
    # A quarter of the memory stays for buffers of open requests (bodies reach 32 MB), which live outside V8's heap.
    NODE_OPTIONS = "--max-old-space-size=${floor(var.memory * 0.75)}"

    # The limit is the task's: inside, the machine seems to have about twice as much, and its health would end in a kill, never in a warning.
    HEALTH_MEMORY_LIMIT_MB = floor(var.memory * 0.9)
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task_role_arn
  skip_destroy             = true # a rollback needs the former revisions

  # Of the task's own storage: it outlives the container and ends with the task.
  volume {
    name = "usage-spool"
  }

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  container_definitions = jsonencode([
    {
      name      = var.container_name
      image     = var.image
      essential = true

      # Nothing but the usage spool is written to disk, so nobody who got in can leave anything beside the programs.
      readonlyRootFilesystem = true
      mountPoints            = [{ sourceVolume = "usage-spool", containerPath = var.usage_spool_dir, readOnly = false }]

      # A process that crashed starts again beside its spool; without this the whole task would end, and the spool with it. One that
      # crashes within its first five minutes ends its task all the same, so a release that does not start is still found out.
      restartPolicy = { enabled = true, restartAttemptPeriod = 300 }

      linuxParameters = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }

      portMappings = [{ containerPort = var.port, protocol = "tcp" }]

      environment = [for key, value in merge(local.memory_environment, var.environment) : { name = key, value = tostring(value) }]
      secrets = [
        for key in sort(var.secret_keys) : { name = key, valueFrom = "${var.secret_arn}:${key}::" }
      ]

      # Fargate's longest: open streams and running jobs finish in it.
      stopTimeout = 120

      # The image has no curl; Node has fetch.
      healthCheck = {
        command     = ["CMD", "node", "-e", "fetch('http://127.0.0.1:${var.port}/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
        interval    = 15
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = var.log_group_name
          awslogs-region        = var.region
          awslogs-stream-prefix = var.container_name
          mode                  = "non-blocking" # a slow log service must not slow requests down
          max-buffer-size       = "16m"
        }
      }
    }
  ])
}
