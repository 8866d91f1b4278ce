resource "parapet_global_accelerator" "front" {
  name = "orders"

  listener {
    port_range {
      from_port = 443
      to_port   = 443
    }

    endpoint_group {
      region                = "eu-west-1"
      health_check_protocol = "HTTPS"
      health_check_path     = "/health"

      endpoint {
        endpoint_id = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/orders/50dc6c495c0c9188"
        weight      = 128
      }
    }

    # Takes no traffic until a failover turns its dial up.
    endpoint_group {
      region                          = "us-east-2"
      initial_traffic_dial_percentage = 0
      health_check_protocol           = "HTTPS"
      health_check_path               = "/health"

      endpoint {
        endpoint_id = "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/orders/7a3c1b2d4e5f6071"
        weight      = 128
      }
    }
  }

  tags = {
    app = "orders"
  }
}
