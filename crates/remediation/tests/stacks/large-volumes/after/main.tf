resource "aws_ebs_volume" "warehouse" {
  availability_zone = "us-east-1a"
  size              = 4000 # GiB
  type              = "gp3"
  iops              = 12000
  throughput        = 250
  encrypted         = true

  tags = {
    Name = "warehouse"
  }
}

resource "aws_ebs_volume" "medium" {
  availability_zone = "us-east-1b"
  encrypted         = true
  size              = 400
  type              = "gp3"
  throughput        = 250
}

resource "aws_ebs_volume" "largest" {
  availability_zone    = "us-east-1b"
  encrypted            = true
  multi_attach_enabled = false
  size                 = 16384
  type                 = "gp3"
  iops                 = 16000
  throughput           = 250
}
