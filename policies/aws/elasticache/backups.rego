# METADATA
# title: ElastiCache takes snapshots
# description: A cache that holds sessions, queues or counters is not merely a copy. Without snapshots, what is lost is lost.
# custom:
#   severity: low
#   resources: [aws_elasticache_replication_group]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9], iso-27001: [A.8.13]}
#   aliases: [CKV_AWS_134, AVD-AWS-0050]
#   remediation: Set `snapshot_retention_limit` to 1 day or more.
package parapet.aws.elasticache.backups

import rego.v1

deny contains {"path": ["snapshot_retention_limit"], "message": "no snapshots are kept"} if {
	not input.resource.values.snapshot_retention_limit > 0
}
