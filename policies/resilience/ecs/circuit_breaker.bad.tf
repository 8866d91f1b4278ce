resource "aws_ecs_service" "main" {
  name            = "orders"
  cluster         = "main"
  task_definition = "orders:1"
}
