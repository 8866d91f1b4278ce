resource "aws_eip" "main" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.main.id
  subnet_id     = "subnet-0123456789abcdef0"
}

resource "aws_eip" "office" {
  domain   = "vpc"
  instance = "i-0123456789abcdef0"
}
