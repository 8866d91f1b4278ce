# The flags of the shop. They are checked while Terraform plans; no cluster is needed.
#
#   terraform apply
#   terraform output -raw yaml | kubectl apply --filename -

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    parapet = {
      source  = "parapet-io/parapet"
      version = ">= 0.1.0"
    }
  }
}

variable "environment" {
  description = "Environment: the file with its flags."
  type        = string
  default     = "production"
}

module "flags" {
  source = "../../modules/feature-flags"

  namespace         = "shop"
  labels            = { team = "shop" }
  flags             = file("${path.module}/${var.environment}.json")
  required_metadata = ["owner", "expires"]
}

output "yaml" {
  description = "What goes to the cluster."
  value       = module.flags.yaml
}

output "names" {
  description = "Names of the flags."
  value       = module.flags.names
}
