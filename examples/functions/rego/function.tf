# Rego as an expression language: the ports that every service of an environment opens.
locals {
  services = {
    web    = { ports = [80, 443] }
    worker = { ports = [443] }
  }

  ports = provider::parapet::rego(
    "data.acme.ports",
    <<-REGO
      package acme

      import rego.v1

      ports contains port if {
        some service in input
        some port in service.ports
      }
    REGO
    ,
    local.services,
  )
}

output "ports" {
  value = local.ports # [80, 443]
}
