resource "aws_instance" "legacy" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "t2.micro"

  root_block_device { volume_size = 60 }
}

resource "aws_ebs_volume" "share" {
  availability_zone = "us-east-1a"
  size              = 80
  type              = "gp2"
}