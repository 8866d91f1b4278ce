variable "environment" {
  type = string
}

variable "services" {
  type = map(object({
    ports  = list(number)
    public = optional(bool, false)
  }))
}

variable "zones" {
  type    = number
  default = 1
}

variable "password" {
  type      = string
  sensitive = true
  default   = "correct-horse"
}

locals {
  production = var.environment == "production"
  tags = merge(
    { Environment = upper(var.environment), CostCenter = "4711" },
    local.production ? { DataClassification = "internal" } : {},
  )
  cidrs = [for index in range(var.zones) : cidrsubnet("10.0.0.0/16", 8, index)]
}
