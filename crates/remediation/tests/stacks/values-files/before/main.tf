variable "instance_type" {
  type    = string
  default = "t3.micro"
}

variable "cache_gib" {
  type = number
}

variable "cache_type" {
  type    = string
  default = "st1"
}

resource "aws_instance" "app" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = var.instance_type
}

resource "aws_ebs_volume" "cache" {
  availability_zone = "us-east-1a"
  size              = var.cache_gib
  type              = var.cache_type
}
