resource "aws_ecs_service" "main" {
  name            = "orders"
  cluster         = "main"
  task_definition = "orders:1"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

resource "aws_ecs_service" "second" {
  name            = "orders"
  cluster         = "main"
  task_definition = "orders:1"

  deployment_controller {
    type = "CODE_DEPLOY"
  }
}
