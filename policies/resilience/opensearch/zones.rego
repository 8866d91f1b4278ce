# METADATA
# title: OpenSearch domains span zones
# description: With all data nodes in one zone, search and data are gone with it.
# custom:
#   severity: medium
#   resources: [aws_opensearch_domain, aws_elasticsearch_domain]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10], iso-27001: [A.8.14]}
#   remediation: Set `zone_awareness_enabled = true` (or `multi_az_with_standby_enabled`) in `cluster_config`, with two data nodes or more.
package parapet.resilience.opensearch.zones

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "cluster_config", [0, "zone_awareness_enabled"], "all data nodes may be in one zone") if {
	not input.resource.values.cluster_config[0].zone_awareness_enabled
	not input.resource.values.cluster_config[0].multi_az_with_standby_enabled
}
