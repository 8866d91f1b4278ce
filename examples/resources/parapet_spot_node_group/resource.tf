resource "parapet_spot_node_group" "application" {
  cluster_name  = "shop"
  name          = "application"
  node_role_arn = "arn:aws:iam::123456789012:role/nodes"
  subnet_ids    = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  scaling {
    min             = 3
    max             = 20
    desired_initial = 6
  }

  instance_requirements {
    vcpu_count {
      min = 4
      max = 4
    }
    memory_mib {
      min = 16384
      max = 16384
    }
    excluded_instance_types = ["*n.*"]
  }

  min_families        = 3
  min_savings_percent = 40

  # Two nodes that are never interrupted, in a second node group of the same types.
  on_demand_base_capacity = 2

  # Choose again when a type saves less than 40%, and say so in the plan.
  reselection = "on_breach"

  labels = { workload = "application" }
}
