# METADATA
# title: OpenSearch domains refuse plain HTTP
# description: Queries, documents and credentials sent over HTTP can be read on the way.
# custom:
#   severity: high
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_83, AVD-AWS-0046]
#   remediation: Set `enforce_https = true` in `domain_endpoint_options`.
package parapet.aws.opensearch.https

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "domain_endpoint_options", [0, "enforce_https"], "requests over plain HTTP are answered") if {
	not input.resource.values.domain_endpoint_options[0].enforce_https
	not on_by_default
}

# The argument is on unless it is turned off; the block as a whole is not.
on_by_default if {
	some options in input.resource.values.domain_endpoint_options
	not is_boolean(options.enforce_https)
	aws_config.omits(input.resource.config.domain_endpoint_options[0], "enforce_https")
}
