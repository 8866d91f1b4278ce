# METADATA
# title: ECS tasks are not given a public address
# description: A task with a public address can be reached from the internet as soon as a security group allows it.
# custom:
#   severity: medium
#   resources: [aws_ecs_service]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.20]}
#   aliases: [CKV_AWS_333]
#   remediation: Set `assign_public_ip = false`, and reach the internet through a NAT gateway or VPC endpoints.
package parapet.aws.ecs.public_ip

import rego.v1

deny contains {"path": ["network_configuration", 0, "assign_public_ip"], "message": "tasks get a public IPv4 address"} if {
	input.resource.values.network_configuration[0].assign_public_ip == true
}
