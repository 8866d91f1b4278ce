# METADATA
# title: ElastiCache spreads its nodes over zones
# description: With primary and replicas in one zone, both go with it.
# custom:
#   severity: medium
#   resources: [aws_elasticache_replication_group]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10], iso-27001: [A.8.14]}
#   remediation: Set `multi_az_enabled = true`, with `automatic_failover_enabled = true` and at least one replica.
package parapet.aws.elasticache.multi_az

import rego.v1

deny contains {"path": ["multi_az_enabled"], "message": "primary and replicas may share one zone"} if {
	not input.resource.values.multi_az_enabled
}
