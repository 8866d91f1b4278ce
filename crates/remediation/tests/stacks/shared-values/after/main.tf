variable "instance_type" {
  type    = string
  default = "m4.large"
}

variable "volume_type" {
  type    = string
  default = "gp2"
}

resource "aws_instance" "web" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = var.instance_type
}

# The licence of the database is bound to the type it runs on.
resource "aws_instance" "licensed" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "m6i.xlarge"

  tags = {
    LicensedWith = var.instance_type
  }
}

resource "aws_ebs_volume" "small" {
  availability_zone = "us-east-1a"
  size              = 100
  type              = var.volume_type
}

resource "aws_ebs_volume" "cold" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = var.volume_type == "gp2" ? "sc1" : "st1"
}
