# METADATA
# title: ElastiCache asks for credentials
# description: Without a token or users, everything that reaches the cache over the network may read and change all of it.
# custom:
#   severity: medium
#   resources: [aws_elasticache_replication_group]
#   controls: {soc2: [CC6.1], nist-800-53: [AC-3, IA-2], pci-dss: ["8.3"], iso-27001: [A.8.5]}
#   aliases: [CKV_AWS_31]
#   remediation: Set `user_group_ids` (IAM or passwords, with rights) or `auth_token`; both need `transit_encryption_enabled = true`.
package parapet.aws.elasticache.authentication

import data.parapet.lib.aws_config
import rego.v1

deny contains {"path": path, "message": "anybody who reaches the cache may use it"} if {
	not count(input.resource.values.user_group_ids) > 0
	not input.resource.values.auth_token
	not made_with_token
	path := aws_config.blame(input.resource.config, "user_group_ids", "auth_token")
}

# A token that the same plan makes is unknown, but certain.
made_with_token if {
	some reference in input.resource.config.auth_token.references
	startswith(reference, "random_password.")
}
