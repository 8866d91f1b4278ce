# Terraform 1.14 and newer: terraform query -generate-config-out=accelerators.tf
list "parapet_global_accelerator" "orders" {
  provider         = parapet
  include_resource = true

  config {
    name_prefix = "orders"
  }
}
