resource "aws_globalaccelerator_accelerator" "main" {
  name = "main"

  attributes {
    flow_logs_enabled   = true
    flow_logs_s3_bucket = "example-logs"
    flow_logs_s3_prefix = "accelerator/"
  }
}
