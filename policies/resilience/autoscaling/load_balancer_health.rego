# METADATA
# title: Groups behind a load balancer replace what it finds unhealthy
# description: "By default only the health of the machine counts: an instance whose program hangs gets no traffic, and stays."
# custom:
#   severity: low
#   resources: [aws_autoscaling_group]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10], iso-27001: [A.8.14]}
#   remediation: Set `health_check_type = "ELB"`.
package parapet.resilience.autoscaling.load_balancer_health

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "health_check_type", [], "instances that fail the load balancer's check are kept") if {
	not contains(input.resource.values.health_check_type, "ELB")
	behind_balancer
}

behind_balancer if count(input.resource.values.target_group_arns) > 0

behind_balancer if count(input.resource.values.load_balancers) > 0

# The target group is made by the same plan.
behind_balancer if input.resource.config.target_group_arns.references

behind_balancer if input.resource.config.load_balancers.references
