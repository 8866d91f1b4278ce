resource "aws_lb" "main" {
  name               = "front"
  load_balancer_type = "application"
  subnets            = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  access_logs {
    bucket  = "example-logs"
    enabled = true
  }
}

resource "aws_lb" "second" {
  name    = "front"
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  load_balancer_type = "gateway"
}
