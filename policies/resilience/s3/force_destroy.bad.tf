resource "aws_s3_bucket" "main" {
  bucket = "example-orders"

  force_destroy = true
}
