# METADATA
# title: ElastiCache fails over by itself
# description: Without automatic failover a cache whose primary node dies stays read-only, or empty, until somebody acts.
# custom:
#   severity: medium
#   resources: [aws_elasticache_replication_group]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10]}
#   aliases: [CKV2_AWS_50]
#   remediation: Set `automatic_failover_enabled = true` with at least one replica, and `multi_az_enabled = true` to place it in another zone.
package parapet.aws.elasticache.automatic_failover

import rego.v1

deny contains {"path": ["automatic_failover_enabled"], "message": "no replica takes over when the primary node fails"} if {
	not input.resource.values.automatic_failover_enabled
}
