data "parapet_spot_advice" "this" {
  instance_requirements {
    vcpu_count {
      min = 4
      max = 4
    }
  }

  min_instance_types = 3
  min_families       = 3
}

data "parapet_spot_advice" "none" {
  instance_requirements {
    vcpu_count {
      min = 4
      max = 4
    }
  }

  min_savings_percent = 95
}

output "advice" {
  value = data.parapet_spot_advice.this
}

output "none" {
  value = data.parapet_spot_advice.none
}
