# AWS services inside the network: what nodes and pods say to them never leaves it, and pays no NAT gateway.

locals {
  gateway_services = ["s3", "dynamodb"]
  # The registry has one endpoint for its API and one for images.
  services = toset(local.vpc.enable_vpc_endpoints ? flatten([
    for service in local.vpc.endpoint_services : service == "ecr" ? ["ecr.api", "ecr.dkr"] : [service]
  ]) : [])
  interface_services = toset([for service in local.services : service if !contains(local.gateway_services, service)])
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = setintersection(local.services, local.gateway_services)

  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  route_table_ids   = concat([for table in aws_route_table.private : table.id], [aws_route_table.database.id])
  tags              = merge(local.tags, { Name = "${local.name}-${each.key}" })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_services

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.endpoints[0].id]
  tags                = merge(local.tags, { Name = "${local.name}-${each.key}" })
}

resource "aws_security_group" "endpoints" {
  count = length(local.interface_services) > 0 ? 1 : 0

  name        = "${local.name}-endpoints"
  description = "Endpoints of AWS services"
  vpc_id      = aws_vpc.this.id
  tags        = merge(local.tags, { Name = "${local.name}-endpoints" })
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(local.interface_services) > 0 ? 1 : 0

  security_group_id = aws_security_group.endpoints[0].id
  description       = "HTTPS from inside the network"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = local.vpc.cidr_block
  tags              = local.tags
}
