resource "aws_instance" "worker" {
  count = 2

  ami           = var.ami
  instance_type = var.worker.instance_type

  root_block_device {
    volume_type = var.volume_type
    volume_size = var.worker.disk_gib
  }
}

resource "aws_ebs_volume" "scratch" {
  availability_zone = "us-east-1a"
  type              = var.volume_type
  size              = 50
}
