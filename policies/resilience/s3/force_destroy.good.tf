resource "aws_s3_bucket" "main" {
  bucket = "example-orders"
}

resource "aws_s3_bucket" "second" {
  bucket = "example-orders"

  force_destroy = false
}
