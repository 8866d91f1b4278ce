# METADATA
# title: Default security groups allow no traffic
# description: Everything that names no security group lands in the default group of its VPC; it should not be able to talk to anything.
# custom:
#   severity: medium
#   resources: [aws_default_security_group]
#   controls: {soc2: [CC6.6], cis-aws: ["5.4"], nist-800-53: [AC-4, SC-7]}
#   aliases: [CKV2_AWS_12]
#   remediation: Remove the `ingress` and `egress` blocks, and give each resource a security group of its own.
package parapet.aws.security_group.default_closed

import rego.v1

# A rule is a rule even while its networks are unknown, so the protocol, which is known, is to blame.
deny contains {"path": ["ingress", i, "protocol"], "message": "the default security group lets traffic in"} if {
	some i, _ in input.resource.values.ingress
}

deny contains {"path": ["egress", i, "protocol"], "message": "the default security group lets traffic out"} if {
	some i, _ in input.resource.values.egress
}

# Rules that are not written are removed by the provider.
deny contains {"path": ["ingress"], "message": "the default security group is not known to be closed"} if {
	input.resource.config.ingress
	not is_array(input.resource.values.ingress)
}

deny contains {"path": ["egress"], "message": "the default security group is not known to be closed"} if {
	input.resource.config.egress
	not is_array(input.resource.values.egress)
}
