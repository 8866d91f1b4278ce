# Terraform 1.14 and newer: terraform query -generate-config-out=node-groups.tf
list "parapet_spot_node_group" "shop" {
  provider         = parapet
  include_resource = true

  config {
    cluster_name = "shop"
  }
}
