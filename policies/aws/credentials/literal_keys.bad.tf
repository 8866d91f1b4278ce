resource "aws_instance" "main" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "m7g.large"

  user_data = "#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"
}
