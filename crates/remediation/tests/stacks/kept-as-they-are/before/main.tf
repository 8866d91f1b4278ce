variable "disks" {
  type    = list(number)
  default = [40]
}

resource "aws_instance" "ignored" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "t2.small"

  lifecycle {
    ignore_changes = [instance_type, user_data]
  }
}

resource "aws_instance" "dynamic" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "t3.small"

  dynamic "root_block_device" {
    for_each = var.disks

    content {
      volume_size = root_block_device.value
      volume_type = "gp2"
    }
  }
}

resource "aws_instance" "overridden" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "t3.small"
}

resource "aws_ebs_volume" "half_done" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = "gp3" # not applied yet
}
