resource "aws_ecr_repository_policy" "main" {
  repository = "orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "ecr:BatchGetImage"
      Principal = "*"
      Resource  = "*"
    }]
  })
}
