resource "aws_globalaccelerator_accelerator" "main" {
  name = "main"

  attributes {
    flow_logs_enabled = false
  }
}
