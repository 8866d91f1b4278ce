# METADATA
# title: ElastiCache encrypts data at rest
# description: Backups and swap of a cache that is not encrypted hold sessions and personal data in the clear. Encryption cannot be turned on later.
# custom:
#   severity: high
#   resources: [aws_elasticache_replication_group]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28]}
#   aliases: [CKV_AWS_29, AVD-AWS-0045]
#   remediation: Set `at_rest_encryption_enabled = true`; an existing group is re-created, for instance from its backup.
package parapet.aws.elasticache.encryption_at_rest

import data.parapet.lib.aws_elasticache
import rego.v1

# Version 6 of the provider keeps the argument as text.
deny contains {"path": ["at_rest_encryption_enabled"], "message": "data at rest is not encrypted"} if {
	not input.resource.values.at_rest_encryption_enabled in {true, "true", "1"}
	not off_by_default
}

deny contains {"message": "data at rest is not encrypted, as `at_rest_encryption_enabled` is not set"} if off_by_default

off_by_default if {
	not known
	aws_elasticache.off_unless_set(input.resource.config, "at_rest_encryption_enabled", input.resource.values.engine)
}

known if input.resource.values.at_rest_encryption_enabled in {true, false, "true", "false", "1", "0"}
