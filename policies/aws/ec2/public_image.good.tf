resource "aws_ami_launch_permission" "main" {
  image_id   = "ami-0123456789abcdef0"
  account_id = "111122223333"
}
