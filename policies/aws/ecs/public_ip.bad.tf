resource "aws_ecs_service" "main" {
  name            = "orders"
  cluster         = "main"
  task_definition = "orders:1"

  network_configuration {
    subnets          = ["subnet-0123456789abcdef0"]
    assign_public_ip = true
  }
}
