data "aws_ssm_parameter" "instance_type" {
  name = "/shop/instance-type"
}

resource "aws_instance" "from_data" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = data.aws_ssm_parameter.instance_type.value
}

resource "aws_instance" "computed" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = join(".", ["t2", var.size])
}

resource "aws_instance" "from_environment" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = var.type
}

resource "aws_instance" "template" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "m4.${var.size}"

  ebs_block_device {
    device_name = "/dev/sdf"
    volume_size = 100
    volume_type = "gp2"
  }
}

resource "aws_instance" "pinned" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "m4.10xlarge"
}

resource "aws_launch_configuration" "old" {
  name_prefix   = "old-"
  image_id      = "ami-0c55b159cbfafe1f0"
  instance_type = "t2.large"
}

variable "size" {
  default = "large"
}

variable "type" {
  type = string
}

module "remote" {
  source = "git::https://git.example.com/volume.git"

  type = "gp2"
}
