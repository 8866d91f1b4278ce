resource "aws_instance" "main" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "m7g.large"

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }
}
