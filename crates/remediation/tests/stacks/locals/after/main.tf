locals {
  defaults = {
    instance_type = "m6i.xlarge"
    volume_type   = "gp3"
  }
  batch = merge(local.defaults, {
    instance_type = "c6i.2xlarge"
  })
  sizes = {
    web   = lookup(local.defaults, "instance_type", "t3.micro")
    batch = local.batch.instance_type
  }
}

resource "aws_instance" "web" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = local.sizes["web"]
}

resource "aws_instance" "batch" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = local.sizes.batch
}
