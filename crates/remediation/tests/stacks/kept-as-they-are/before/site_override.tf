resource "aws_instance" "overridden" {
  instance_type = "t2.xlarge"
}
