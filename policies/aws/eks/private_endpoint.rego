# METADATA
# title: EKS nodes reach the API inside the VPC
# description: Without the private endpoint, nodes talk to the Kubernetes API through the internet, and stand still when the way there does. It is off by default.
# custom:
#   severity: low
#   resources: [aws_eks_cluster]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.20]}
#   remediation: Set `endpoint_private_access = true`.
package parapet.aws.eks.private_endpoint

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "vpc_config", [0, "endpoint_private_access"], "nodes reach the API through the internet") if {
	not input.resource.values.vpc_config[0].endpoint_private_access
}
