# METADATA
# title: ElastiCache encrypts connections
# description: Without encryption in transit, passwords and cached data cross the network in the clear, and the cache cannot ask for a password.
# custom:
#   severity: high
#   resources: [aws_elasticache_replication_group]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8]}
#   aliases: [CKV_AWS_30, AVD-AWS-0051]
#   remediation: Set `transit_encryption_enabled = true` and connect with TLS; from Redis 7.0.5 on an existing group can change over through the mode `preferred`.
package parapet.aws.elasticache.encryption_in_transit

import data.parapet.lib.aws_elasticache
import rego.v1

deny contains {"path": ["transit_encryption_enabled"], "message": "connections are not encrypted"} if {
	not input.resource.values.transit_encryption_enabled == true
	not off_by_default
}

deny contains {"message": "connections are not encrypted, as `transit_encryption_enabled` is not set"} if off_by_default

off_by_default if {
	not known
	aws_elasticache.off_unless_set(input.resource.config, "transit_encryption_enabled", input.resource.values.engine)
}

known if is_boolean(input.resource.values.transit_encryption_enabled)
