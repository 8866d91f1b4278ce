resource "aws_flow_log" "main" {
  vpc_id               = "vpc-0123456789abcdef0"
  log_destination      = "arn:aws:s3:::example-logs"
  log_destination_type = "s3"
  traffic_type         = "ALL"
}
