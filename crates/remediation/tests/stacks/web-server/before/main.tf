# The shop's web server. Ask #team-shop before stopping it.
resource "aws_instance" "web" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "t2.medium" # 4 GiB are enough
  subnet_id     = "subnet-0a1b2c3d"

  root_block_device {
    volume_size = 30
    volume_type = "gp2"
  }

  tags = {
    Name = "shop-web"
  }
}

resource "aws_ebs_volume" "uploads" {
  availability_zone = "us-east-1a"
  size              = 100 # GiB
  encrypted         = true
}
