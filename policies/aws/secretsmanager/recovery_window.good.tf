resource "aws_secretsmanager_secret" "main" {
  name = "orders"
}

resource "aws_secretsmanager_secret" "second" {
  name = "orders"

  recovery_window_in_days = 7
}
