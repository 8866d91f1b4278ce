# METADATA
# title: EKS runs a Kubernetes version in standard support
# description: "After fourteen months a version is in extended support: it gets fewer fixes and costs six times as much an hour. After twelve more, EKS upgrades the cluster on a day of its own."
# custom:
#   severity: medium
#   resources: [aws_eks_cluster, aws_eks_node_group]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2], pci-dss: ["6.3.3"], iso-27001: [A.8.8]}
#   aliases: [CKV_AWS_339]
#   remediation: Upgrade one minor version at a time, the control plane first.
package parapet.aws.eks.supported_version

import rego.v1

# The oldest version in standard support in autumn 2026, by the release calendar of EKS.
oldest := 33

deny contains {"path": ["version"], "message": message} if {
	parts := split(input.resource.values.version, ".")
	to_number(parts[0]) == 1
	to_number(parts[1]) < oldest
	message := sprintf("Kubernetes %s is out of standard support", [input.resource.values.version])
}

# What is not written is the newest version, or that of the cluster.
deny contains {"path": ["version"], "message": "is not known to be in standard support"} if {
	input.resource.config.version
	not input.resource.values.version
}
