resource "aws_ebs_volume" "main" {
  availability_zone = "eu-west-1a"
  size              = 100
  type              = "gp3"
}
