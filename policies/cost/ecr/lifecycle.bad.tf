resource "aws_ecr_repository" "main" {
  name = "orders"
}
