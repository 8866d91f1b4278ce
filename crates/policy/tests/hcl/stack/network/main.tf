variable "name" {}
variable "ports" { type = set(number) }
variable "source_ranges" { type = list(string) }

resource "aws_security_group" "this" {
  name = var.name

  dynamic "ingress" {
    for_each = var.ports
    iterator = port
    content {
      description = "port ${port.value}"
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = var.source_ranges
    }
  }
}

output "group" {
  value = aws_security_group.this.id
}
