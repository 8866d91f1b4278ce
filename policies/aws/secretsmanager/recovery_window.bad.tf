resource "aws_secretsmanager_secret" "main" {
  name = "orders"

  recovery_window_in_days = 0
}
