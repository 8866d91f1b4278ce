resource "aws_efs_file_system" "main" {
  creation_token = "shared"

  availability_zone_name = "eu-west-1a"
}
