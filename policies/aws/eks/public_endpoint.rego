# METADATA
# title: EKS API endpoints are not open to the internet
# description: With a public endpoint and no limit on addresses, only authentication stands between anybody and the Kubernetes API. Both are the default.
# custom:
#   severity: high
#   resources: [aws_eks_cluster]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7]}
#   aliases: [CKV_AWS_38, AVD-AWS-0041]
#   remediation: Set `endpoint_public_access = false` with `endpoint_private_access = true`, or list your networks in `public_access_cidrs`.
package parapet.aws.eks.public_endpoint

import data.parapet.lib.aws_config
import data.parapet.lib.aws_network
import rego.v1

deny contains {"path": ["vpc_config", 0, "public_access_cidrs", i], "message": sprintf("the API endpoint is open to %s", [cidr])} if {
	public
	some i, cidr in input.resource.values.vpc_config[0].public_access_cidrs
	aws_network.world(cidr)
}

# EKS opens a public endpoint to 0.0.0.0/0 when it is told no networks.
deny contains {"path": ["vpc_config", 0, "endpoint_public_access"], "message": "the API endpoint is open to 0.0.0.0/0, as `public_access_cidrs` is not set"} if {
	public
	not limited
	aws_config.omits(input.resource.config.vpc_config[0], "public_access_cidrs")
}

deny contains {"path": ["vpc_config", 0, "public_access_cidrs"], "message": "the API endpoint is not limited to known networks"} if {
	public
	not limited
	not aws_config.omits(input.resource.config.vpc_config[0], "public_access_cidrs")
}

public if not input.resource.values.vpc_config[0].endpoint_public_access == false

limited if count(input.resource.values.vpc_config[0].public_access_cidrs) > 0
