resource "aws_s3_bucket_ownership_controls" "main" {
  bucket = "example-orders"

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
