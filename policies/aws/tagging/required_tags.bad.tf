resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"

  tags = {
    Name       = "reports"
    CostCenter = "Engineering"
  }
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
}
