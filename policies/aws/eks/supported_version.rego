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

# End of standard support, by the release calendar of EKS, of each version that had reached it when this was written. A table
# and no clock: the same policies judge the same input alike.
ended := {
	"1.23": "2023-10-11", "1.24": "2024-01-31", "1.25": "2024-05-01", "1.26": "2024-06-11", "1.27": "2024-07-24",
	"1.28": "2024-11-26", "1.29": "2025-03-23", "1.30": "2025-07-23", "1.31": "2025-11-26", "1.32": "2026-03-23",
	"1.33": "2026-07-29",
}

deny contains {"path": ["version"], "message": sprintf("Kubernetes %s %s", [version, fault])} if {
	version := input.resource.values.version
	fault := unsupported(version)
}

unsupported(version) := sprintf("is out of standard support since %s", [ended[version]]) if ended[version]

unsupported(version) := "is out of support" if {
	parts := split(version, ".")
	parts[0] == "1"
	to_number(parts[1]) < 23
}

# What is not written is the newest version, or that of the cluster.
deny contains {"path": ["version"], "message": "is not known to be in standard support"} if {
	input.resource.config.version
	not input.resource.values.version
}
