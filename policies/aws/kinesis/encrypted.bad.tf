resource "aws_kinesis_stream" "main" {
  name        = "clicks"
  shard_count = 1
}
