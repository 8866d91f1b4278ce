resource "aws_ssm_parameter" "main" {
  name  = "/orders/db_password"
  type  = "SecureString"
  value = var.password
}

resource "aws_ssm_parameter" "second" {
  name  = "/orders/db_host"
  type  = "String"
  value = "db.example.com"
}

variable "password" {
  type      = string
  sensitive = true
}
