data "parapet_spot_advice" "workers" {
  availability_zones = ["us-east-1a", "us-east-1b"]

  instance_requirements {
    vcpu_count {
      min = 4
      max = 4
    }
    memory_mib {
      min = 16384
      max = 16384
    }
  }

  min_savings_percent = 50
}

output "instance_types" {
  value = data.parapet_spot_advice.workers.selected_instance_types[*].instance_type
}

check "spot" {
  assert {
    condition     = data.parapet_spot_advice.workers.feasible
    error_message = data.parapet_spot_advice.workers.explanation
  }
}
