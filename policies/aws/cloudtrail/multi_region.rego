# METADATA
# title: CloudTrail records every region
# description: An attacker works in the region that nobody watches. One trail that records all regions is enough, so further trails are not judged.
# custom:
#   severity: high
#   scope: plan
#   resources: [aws_cloudtrail]
#   controls: {soc2: [CC7.2], cis-aws: ["3.1"], nist-800-53: [AU-2, AU-12]}
#   aliases: [CKV_AWS_67, AVD-AWS-0014]
#   remediation: Set `is_multi_region_trail = true`, and leave `enable_logging` and `include_global_service_events` on.
package parapet.aws.cloudtrail.multi_region

import rego.v1

deny contains {"address": trail.address, "path": [fault.argument], "message": fault.message} if {
	not recorded_everywhere
	some trail in input.plan.by_type.aws_cloudtrail
	some fault in faults
	not trail.values[fault.argument]
}

# What is wrong when an argument is not true.
faults := [
	{"argument": "is_multi_region_trail", "message": "records one region only"},
	{"argument": "enable_logging", "message": "records nothing"},
	{"argument": "include_global_service_events", "message": "leaves out global services such as IAM"},
]

recorded_everywhere if {
	some trail in input.plan.by_type.aws_cloudtrail
	every fault in faults {
		trail.values[fault.argument]
	}
}
