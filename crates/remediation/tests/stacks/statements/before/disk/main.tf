variable "type" {
  type = string

  validation {
    condition     = var.type == "gp2"
    error_message = "This module makes gp2 volumes."
  }
}

resource "aws_ebs_volume" "disk" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = var.type
}
