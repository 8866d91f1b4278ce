variable "name" {
  type = string
}

variable "size" {
  type = number
}

variable "type" {
  type    = string
  default = "gp3"
}

resource "aws_ebs_volume" "this" {
  availability_zone = "us-east-1a"
  size              = var.size
  type              = var.type

  tags = {
    Name = var.name
  }
}

output "id" {
  value = aws_ebs_volume.this.id
}
