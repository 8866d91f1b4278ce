module "types" {
  source = "./types"
}

resource "aws_instance" "arm" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = module.types.arm
  user_data     = <<-EOT
    #!/bin/sh
    # instance_type = "a1.large"
    echo started
  EOT
  monitoring    = true

  root_block_device {
    # The image is of 2019.
    volume_size = 12 # GiB
    volume_type = "gp3"
  }
}

resource "aws_instance" "same" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = aws_instance.arm.instance_type
}
