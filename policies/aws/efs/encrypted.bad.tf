resource "aws_efs_file_system" "main" {
  creation_token = "shared"
}

resource "aws_efs_file_system" "second" {
  creation_token = "shared"

  encrypted = false
}
