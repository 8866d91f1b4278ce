resource "aws_sns_topic" "main" {
  name = "orders"

  kms_master_key_id = "alias/aws/sns"
}
