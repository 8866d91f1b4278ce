resource "aws_sqs_queue" "main" {
  name = "orders"
}

resource "aws_sqs_queue" "second" {
  name = "orders"

  kms_master_key_id = "alias/aws/sqs"
}
