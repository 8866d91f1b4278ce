# The estimates of the tests.

terraform {
  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

variable "price_book" {
  type    = string
  default = null
}

variable "instances" {
  type    = number
  default = 1
}

variable "type" {
  type    = string
  default = "m5.large"
}

variable "usage" {
  type    = string
  default = null
}

variable "plan_json" {
  type    = string
  default = null
}

provider "parapet" {
  price_book = var.price_book
}

data "parapet_cost_estimate" "shop" {
  configuration_dir = var.plan_json == null ? "${path.root}/shop" : null
  variables         = var.plan_json == null ? { instances = var.instances, type = var.type } : null
  plan_json         = var.plan_json
  usage             = var.usage
}

output "estimate" {
  value     = data.parapet_cost_estimate.shop
  sensitive = true
}
