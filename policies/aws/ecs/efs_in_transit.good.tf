resource "aws_ecs_task_definition" "main" {
  family = "orders"

  container_definitions = jsonencode([{
    name  = "orders"
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2"
  }])

  volume {
    name = "files"

    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
    }
  }
}
