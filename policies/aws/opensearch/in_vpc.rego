# METADATA
# title: OpenSearch domains stand in a VPC
# description: A domain without a VPC has its endpoint on the internet, and only its access policy stands before the data. It cannot be moved later.
# custom:
#   severity: high
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.20]}
#   aliases: [CKV_AWS_137]
#   remediation: Add a `vpc_options` block with subnets and security groups; an existing domain is made anew.
package parapet.aws.opensearch.in_vpc

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "vpc_options", [], "the endpoint is on the internet") if {
	not count(input.resource.values.vpc_options) > 0
}
