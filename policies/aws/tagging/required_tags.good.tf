locals {
  tags = {
    DataClassification = "Confidential"
    Compliance         = "SOC2,GDPR"
    CostCenter         = "Engineering"
  }
}

resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"
  tags   = merge(local.tags, { Name = "reports" })
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
  tags = local.tags
}
