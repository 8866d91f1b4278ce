resource "aws_sns_topic" "main" {
  name = "orders"
}
