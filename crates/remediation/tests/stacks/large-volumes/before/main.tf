resource "aws_ebs_volume" "warehouse" {
  availability_zone = "us-east-1a"
  size              = 4000 # GiB
  type              = "gp2"
  encrypted         = true

  tags = {
    Name = "warehouse"
  }
}

resource "aws_ebs_volume" "medium" {
  availability_zone = "us-east-1b"
  encrypted         = true
  size              = 400
}

resource "aws_ebs_volume" "largest" {
  availability_zone    = "us-east-1b"
  encrypted            = true
  multi_attach_enabled = false
  size                 = 16384
  type                 = "gp2"
}
