resource "aws_s3_bucket_cors_configuration" "main" {
  bucket = "example-orders"

  cors_rule {
    allowed_methods = ["PUT"]
    allowed_origins = ["*"]
  }
}
