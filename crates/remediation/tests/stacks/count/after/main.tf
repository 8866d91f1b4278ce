variable "types" {
  default = ["m6i.large", "m5.large", "r6i.xlarge"]
}

resource "aws_instance" "node" {
  count = length(var.types)

  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = var.types[count.index]
}

# The third was enlarged by hand, so that its IOPS differ.
resource "aws_ebs_volume" "node" {
  count = 3

  availability_zone = "us-east-1a"
  size              = 100
  type              = "gp2"

  lifecycle {
    ignore_changes = [size]
  }
}
