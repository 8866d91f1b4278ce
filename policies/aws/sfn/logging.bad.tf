resource "aws_sfn_state_machine" "main" {
  name       = "orders"
  role_arn   = "arn:aws:iam::111122223333:role/orders"
  definition = "{}"

  logging_configuration {
    level = "OFF"
  }
}
