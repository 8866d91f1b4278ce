variable "services" {
  type    = set(string)
  default = ["api", "web"]
}

variable "audit_retention" {
  type    = number
  default = 0 # for ever
}

resource "aws_cloudwatch_log_group" "service" {
  for_each = var.services

  name = "/shop/${each.key}"
}

resource "aws_cloudwatch_log_group" "audit" {
  name              = "/shop/audit"
  retention_in_days = var.audit_retention
}

resource "aws_cloudwatch_log_group" "build" {
  name              = "/shop/build"
  retention_in_days = 7
}

resource "aws_cloudwatch_log_group" "flow" {}
