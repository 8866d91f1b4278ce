resource "aws_kinesis_stream" "main" {
  name        = "clicks"
  shard_count = 1

  encryption_type = "KMS"
  kms_key_id      = "alias/aws/kinesis"
}
