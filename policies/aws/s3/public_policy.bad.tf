resource "aws_s3_bucket_policy" "main" {
  bucket = "example-orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Principal = "*"
      Resource  = "*"
    }]
  })
}
