# METADATA
# title: VPCs keep flow logs
# description: Flow logs are the record of who talked to whom; without them an intrusion leaves no trace in the network.
# custom:
#   severity: medium
#   scope: plan
#   resources: [aws_vpc, aws_flow_log]
#   controls: {soc2: [CC7.2], cis-aws: ["3.7"], nist-800-53: [AU-12, SI-4]}
#   aliases: [CKV2_AWS_11, AVD-AWS-0178]
#   remediation: Add an `aws_flow_log` with the `vpc_id` of the VPC.
package parapet.aws.vpc.flow_logs

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": vpc.address, "message": "no flow log records the traffic of this VPC"} if {
	count(unresolved) == 0
	some vpc in unlogged
}

deny contains {"address": log.address, "path": ["vpc_id"], "message": message} if {
	count(unlogged) > 0
	some log in unresolved
	message := sprintf("the plan does not tell whether it records one of: %s", [concat(", ", sort([vpc.address | some vpc in unlogged]))])
}

logs := [log | some log in input.plan.by_type.aws_flow_log]

unlogged := [vpc |
	some vpc in input.plan.by_type.aws_vpc
	not aws_join.joined(vpc, "id", logged)
]

named := aws_join.named(logs, "vpc_id", "aws_vpc")

logged := {key |
	some piece in named
	some key in piece.keys
}

# Logs of a VPC that is known only through a variable or a module; logs of subnets and interfaces set no VPC.
unresolved := [piece.part |
	some piece in named
	piece.part.config.vpc_id
	count(piece.keys) == 0
]
