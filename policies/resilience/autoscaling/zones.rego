# METADATA
# title: Auto Scaling groups span zones
# description: A group in one subnet, or one zone, is gone with it.
# custom:
#   severity: medium
#   resources: [aws_autoscaling_group]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10], iso-27001: [A.8.14]}
#   remediation: List subnets of two zones or more in `vpc_zone_identifier`.
package parapet.resilience.autoscaling.zones

import rego.v1

# One of the two is set; the other follows from it.
deny contains {"path": ["vpc_zone_identifier"], "message": sprintf("all instances are in %s", [concat(", ", subnets)])} if {
	input.resource.config.vpc_zone_identifier
	subnets := input.resource.values.vpc_zone_identifier
	count(subnets) == 1
}

deny contains {"path": ["availability_zones"], "message": sprintf("all instances are in %s", [concat(", ", zones)])} if {
	input.resource.config.availability_zones
	zones := input.resource.values.availability_zones
	count(zones) == 1
}

deny contains {"path": ["vpc_zone_identifier"], "message": "is not known to span zones"} if {
	input.resource.config.vpc_zone_identifier
	not input.resource.values.vpc_zone_identifier
}
