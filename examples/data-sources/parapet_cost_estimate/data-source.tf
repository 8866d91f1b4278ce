# What this stack is going to cost, while it is planned.
data "parapet_cost_estimate" "stack" {
  configuration_dir = path.root

  # What configuration cannot tell.
  usage = <<-HCL
    default "aws_s3_bucket" { storage_gb = 500 }
  HCL
}

output "monthly_usd" {
  value = data.parapet_cost_estimate.stack.monthly_usd
}

# A warning when something has no price: the sum is then too small.
check "everything_has_a_price" {
  assert {
    condition     = data.parapet_cost_estimate.stack.unpriced_count == 0
    error_message = "Without a price: ${join(", ", [for it in data.parapet_cost_estimate.stack.not_estimated : it.address if it.reason != "usage_not_given"])}."
  }
}

# How a plan of another stack changes its bill.
data "parapet_cost_estimate" "network" {
  plan_json = file("${path.module}/network.tfplan.json")
  region    = "eu-west-1"
}

output "network_change_usd" {
  value = data.parapet_cost_estimate.network.change_usd
}
