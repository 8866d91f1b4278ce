# METADATA
# title: EC2 instances are not given a public address
# description: An instance with a public address can be reached from the internet as soon as a security group allows it. Instances that leave the choice to their subnet are not judged.
# custom:
#   severity: medium
#   resources: [aws_instance, aws_launch_template]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7]}
#   aliases: [CKV_AWS_88, AVD-AWS-0009]
#   remediation: Set `associate_public_ip_address = false`, and let traffic in through a load balancer or a session manager.
package parapet.aws.ec2.public_ip

import rego.v1

deny contains {"path": ["associate_public_ip_address"], "message": message} if {
	input.resource.values.associate_public_ip_address == true
}

# An instance that is told nothing does as its subnet says, and is not judged.
deny contains {"path": ["associate_public_ip_address"], "message": "is not known to go without a public IPv4 address"} if {
	input.resource.config.associate_public_ip_address
	not is_boolean(input.resource.values.associate_public_ip_address)
}

# A launch template keeps the argument as text.
deny contains {"path": ["network_interfaces", i, "associate_public_ip_address"], "message": message} if {
	some i, interface in input.resource.values.network_interfaces
	interface.associate_public_ip_address in {"true", "1", true}
}

message := "gets a public IPv4 address"
