output "groups" {
  description = "Instance types of each group, and what it costs in a month."
  value = {
    for group in [
      parapet_spot_node_group.system,
      parapet_spot_node_group.application,
      parapet_spot_node_group.gpu,
      ] : group.name => {
      node_groups   = group.node_group_names
      types         = group.selected_instance_types[*].instance_type
      monthly_usd   = group.estimated_monthly_usd
      monthly_saved = group.estimated_monthly_savings_usd
    }
  }
}
