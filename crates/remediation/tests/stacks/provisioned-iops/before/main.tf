resource "aws_ebs_volume" "moderate" {
  availability_zone = "us-east-1a"
  size              = 500
  type              = "io1"
  iops              = 1500
}

resource "aws_ebs_volume" "busy" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "io1"
  iops              = 20000
}

resource "aws_ebs_volume" "shared" {
  availability_zone    = "us-east-1a"
  size                 = 100
  type                 = "io1"
  iops                 = 1000
  multi_attach_enabled = true
}
