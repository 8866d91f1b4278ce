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

import data.parapet.lib.aws_eks
import rego.v1

deny contains {"path": ["version"], "message": sprintf("Kubernetes %s %s", [version, fault])} if {
	version := input.resource.values.version
	fault := aws_eks.unsupported(version)
}

# What is not written is the newest version, or that of the cluster.
deny contains {"path": ["version"], "message": "is not known to be in standard support"} if {
	input.resource.config.version
	not input.resource.values.version
}
