resource "aws_eip" "main" {
  domain = "vpc"
}
