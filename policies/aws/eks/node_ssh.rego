# METADATA
# title: EKS nodes do not open SSH to the internet
# description: With a key and no source security groups, EKS opens port 22 of the nodes to 0.0.0.0/0.
# custom:
#   severity: high
#   resources: [aws_eks_node_group]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, AC-17, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.20]}
#   aliases: [CKV_AWS_100]
#   remediation: Remove `remote_access` and use Session Manager, or list `source_security_group_ids`.
package parapet.aws.eks.node_ssh

import rego.v1

deny contains {"path": ["remote_access", 0, "source_security_group_ids"], "message": "SSH to the nodes is open to 0.0.0.0/0"} if {
	some access in input.resource.values.remote_access
	access.ec2_ssh_key != ""
	not count(access.source_security_group_ids) > 0
}
