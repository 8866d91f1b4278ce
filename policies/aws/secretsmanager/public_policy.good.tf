resource "aws_secretsmanager_secret_policy" "main" {
  secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-a1b2c3"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "secretsmanager:GetSecretValue"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Resource  = "*"
    }]
  })
}

resource "aws_secretsmanager_secret_policy" "second" {
  secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-a1b2c3"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "secretsmanager:GetSecretValue"
      Principal = "*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
    }]
  })
}
