# With `cost { max_increase_percent = 20 }` in parapet.hcl, and an m5.large before: twice the price.
resource "aws_instance" "web" {
  ami               = "ami-0123456789abcdef0"
  availability_zone = "us-east-1a"
  instance_type     = "m5.xlarge"
}
