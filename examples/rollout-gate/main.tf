# A load balancer with two target groups, one for each release, and the gate that moves traffic between them.

resource "aws_vpc" "this" {
  cidr_block = "10.20.0.0/16"

  tags = { Name = "shop" }
}

resource "aws_subnet" "this" {
  for_each = { a = "10.20.1.0/24", b = "10.20.2.0/24" }

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"

  tags = { Name = "shop-${each.key}" }
}

resource "aws_security_group" "this" {
  name        = "shop-load-balancer"
  description = "Requests from inside the VPC"
  vpc_id      = aws_vpc.this.id

  ingress {
    description = "HTTP from the VPC"
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.this.cidr_block]
  }

  egress {
    description = "To the releases"
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.this.cidr_block]
  }
}

resource "aws_lb" "this" {
  name                       = "shop"
  internal                   = true
  drop_invalid_header_fields = true
  security_groups            = [aws_security_group.this.id]
  subnets                    = [for subnet in aws_subnet.this : subnet.id]
}

resource "aws_lb_target_group" "this" {
  for_each = toset(["blue", "green"])

  name     = "shop-${each.key}"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.this.id
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "no such service"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "shop" {
  listener_arn = aws_lb_listener.this.arn
  priority     = 10

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.this["blue"].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.this["green"].arn
        weight = 0
      }
    }
  }

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  # The gate moves the weights.
  lifecycle {
    ignore_changes = [action]
  }
}

resource "parapet_rollout_gate" "shop" {
  name       = "shop"
  release_id = var.release_id

  dynamic "step" {
    for_each = var.steps

    content {
      weight       = step.value.weight
      min_duration = step.value.min_duration
    }
  }

  prometheus {
    url          = var.prometheus_url
    bearer_token = var.prometheus_token
  }

  canary_matchers   = "service=\"shop\",track=\"canary\""
  baseline_matchers = "service=\"shop\",track=\"stable\""

  metric {
    name         = "errors"
    kind         = "error_ratio"
    canary_query = "sum(increase(errors_total{$arm}[$window]))"
    total_query  = "sum(increase(requests_total{$arm}[$window]))"
  }

  metric {
    name         = "latency"
    kind         = "latency"
    canary_query = "sum by (le) (increase(latency_bucket{$arm}[$window]))"
  }

  window = var.window

  traffic {
    load_balancer {
      listener_rule_arn       = aws_lb_listener_rule.shop.arn
      stable_target_group_arn = aws_lb_target_group.this[var.stable].arn
      canary_target_group_arn = aws_lb_target_group.this[var.stable == "blue" ? "green" : "blue"].arn
    }
  }

  report {
    directory = "reports"
  }
}
