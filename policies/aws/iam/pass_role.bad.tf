resource "aws_iam_policy" "main" {
  name = "orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["iam:PassRole", "ecs:RunTask"]
      Resource = "*"
    }]
  })
}
