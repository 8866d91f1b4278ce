resource "aws_ssm_parameter" "main" {
  name  = "/orders/db_password"
  type  = "String"
  value = var.password
}

variable "password" {
  type      = string
  sensitive = true
}
