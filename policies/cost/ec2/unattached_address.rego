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
	some use in [
		["aws_lb", "subnet_mapping", "allocation_id"],
		["aws_nat_gateway", "availability_zone_address", "allocation_ids"],
		["aws_transfer_server", "endpoint_details", "address_allocation_ids"],
	]
	some user in input.plan.by_type[use[0]]
	some key in of_blocks(user, use[1], use[2])
} | {key |
	some gateway in input.plan.by_type.aws_nat_gateway
	some key in aws_join.reference_keys(gateway, gateway.config.secondary_allocation_ids, "aws_eip")
}

of_blocks(user, name, argument) := {key |
	some block in user.config[name]
	some key in aws_join.reference_keys(user, block[argument], "aws_eip")
} | {key |
	# Of dynamic blocks only is known what they are made from.
	some key in aws_join.reference_keys(user, user.config[name], "aws_eip")
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
