# One node group with every argument that the tests turn.

terraform {
  required_providers {
    parapet = {
      source = "parapet-io/parapet"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "scaling" {
  type    = object({ min = number, max = number, desired_initial = optional(number) })
  default = { min = 2, max = 10, desired_initial = 3 }
}

variable "vcpu" {
  type    = number
  default = 4
}

variable "allowed" {
  type    = list(string)
  default = null
}

variable "labels" {
  type    = map(string)
  default = { team = "orders" }
}

variable "taints" {
  type    = list(object({ key = string, value = optional(string), effect = string }))
  default = null
}

variable "base" {
  type    = number
  default = 0
}

variable "savings" {
  type    = number
  default = 30
}

variable "reselection" {
  type    = string
  default = "pinned"
}

variable "on_breach" {
  type    = string
  default = "warn"
}

variable "role" {
  type    = string
  default = "nodes"
}

# Exactly these types, in place of requirements.
variable "types" {
  type    = list(string)
  default = null
}

variable "template" {
  type    = object({ id = optional(string), name = optional(string), version = number })
  default = null
}

variable "max_retries" {
  type    = number
  default = 3
}

provider "parapet" {
  region            = "us-east-1"
  access_key        = "test"
  secret_key        = "test"
  max_retries       = var.max_retries
  s3_use_path_style = true

  endpoints {
    ec2     = var.endpoint
    eks     = var.endpoint
    pricing = var.endpoint
    s3      = var.endpoint
  }

  # The tests are about node groups, not about what the packs think of them.
  policy {
    packs = []
  }

  default_tags {
    tags = { project = "shop" }
  }
}

# As with a template that is changed in the same run, a new version is known only after apply.
resource "terraform_data" "version" {
  count = var.template == null ? 0 : 1
  input = tostring(var.template.version)
}

resource "parapet_spot_node_group" "this" {
  cluster_name  = "main"
  name          = "workers"
  node_role_arn = "arn:aws:iam::123456789012:role/${var.role}"
  subnet_ids    = ["subnet-0000000000000000a", "subnet-0000000000000000b"]

  scaling {
    min             = var.scaling.min
    max             = var.scaling.max
    desired_initial = var.scaling.desired_initial
  }

  instance_types = var.types

  dynamic "instance_requirements" {
    for_each = var.types == null ? [1] : []

    content {
      vcpu_count {
        min = var.vcpu
        max = var.vcpu
      }
      allowed_instance_types = var.allowed
    }
  }

  dynamic "launch_template" {
    for_each = var.template == null ? [] : [var.template]

    content {
      id      = launch_template.value.id
      name    = launch_template.value.name
      version = terraform_data.version[0].output
    }
  }

  min_instance_types      = 3
  min_families            = 3
  min_savings_percent     = var.savings
  on_demand_base_capacity = var.base
  on_breach               = var.on_breach
  reselection             = var.reselection
  labels                  = var.labels
  taints                  = var.taints

  tags = { app = "orders" }
}

output "group" {
  value = parapet_spot_node_group.this
}
