# METADATA
# title: Redshift keeps its traffic in the VPC
# description: Without enhanced VPC routing, COPY and UNLOAD reach S3 past the endpoints, security groups and flow logs of the VPC.
# custom:
#   severity: low
#   resources: [aws_redshift_cluster]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3"], iso-27001: [A.8.20, A.8.22]}
#   aliases: [CKV_AWS_321]
#   remediation: Set `enhanced_vpc_routing = true`.
package parapet.aws.redshift.enhanced_vpc_routing

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "enhanced_vpc_routing", [], "COPY and UNLOAD pass the VPC by") if {
	not input.resource.values.enhanced_vpc_routing
}
