resource "aws_route53_record" "main" {
  zone_id        = "Z0123456789ABCDEF"
  name           = "orders.example.com"
  type           = "CNAME"
  ttl            = 60
  records        = ["one.example.com"]
  set_identifier = "one"

  failover_routing_policy {
    type = "PRIMARY"
  }
  health_check_id = "0123abcd"
}

resource "aws_route53_record" "second" {
  zone_id        = "Z0123456789ABCDEF"
  name           = "orders.example.com"
  type           = "CNAME"
  ttl            = 60
  records        = ["one.example.com"]
  set_identifier = "one"

  failover_routing_policy {
    type = "SECONDARY"
  }
}
