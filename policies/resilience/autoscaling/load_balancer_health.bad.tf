resource "aws_autoscaling_group" "main" {
  min_size = 3
  max_size = 6

  launch_template {
    name    = "orders"
    version = "1"
  }
  vpc_zone_identifier = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  target_group_arns   = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/orders/0123456789abcdef"]
}
