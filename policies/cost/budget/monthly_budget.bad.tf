# With `cost { monthly_budget_usd = 100 }` in parapet.hcl: $140.16 a month.
resource "aws_instance" "web" {
  ami               = "ami-0123456789abcdef0"
  availability_zone = "us-east-1a"
  instance_type     = "m5.xlarge"
}
