# METADATA
# title: Elastic IP addresses are used
# description: AWS charges for every public address by the hour, also for one that nothing uses.
# custom:
#   severity: low
#   scope: plan
#   resources: [aws_eip, aws_eip_association, aws_nat_gateway, aws_lb]
#   remediation: Attach the address, or remove it.
package parapet.cost.ec2.unattached_address

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": address.address, "message": "nothing uses the address"} if {
	not undecided
	some address in input.plan.by_type.aws_eip
	not attached(address)
	not aws_join.joined(address, "allocation_id", used)
}

# The address itself may name what uses it, in this plan or not.
attached(address) if address.config.instance

attached(address) if address.config.network_interface

attached(address) if address.values.instance != ""

attached(address) if address.values.network_interface != ""

used := {key |
	some gateway in input.plan.by_type.aws_nat_gateway
	some key in aws_join.part_keys(gateway, "allocation_id", "aws_eip")
} | {key |
	some association in input.plan.by_type.aws_eip_association
	some key in aws_join.part_keys(association, "allocation_id", "aws_eip")
} | {key |
	some balancer in input.plan.by_type.aws_lb
	some mapping in balancer.config.subnet_mapping
	some key in aws_join.reference_keys(balancer, mapping.allocation_id, "aws_eip")
}

# An address that arrives through a module or a variable may be any of them.
undecided if {
	some gateway in input.plan.by_type.aws_nat_gateway
	gateway.config.allocation_id
	count(aws_join.part_keys(gateway, "allocation_id", "aws_eip")) == 0
}

undecided if {
	some association in input.plan.by_type.aws_eip_association
	association.config.allocation_id
	count(aws_join.part_keys(association, "allocation_id", "aws_eip")) == 0
}
