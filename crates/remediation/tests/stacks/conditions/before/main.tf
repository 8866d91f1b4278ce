variable "environment" {
  type = string
}

locals {
  is_production = var.environment == "production"
}

resource "aws_instance" "api" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = local.is_production ? "m4.2xlarge" : "t2.micro"
}

resource "aws_ebs_volume" "api" {
  availability_zone = "us-east-1a"
  size              = local.is_production ? 150 : 20
  type              = try(local.types[var.environment], "gp2")
}

locals {
  types = {
    staging = "standard"
  }
}
