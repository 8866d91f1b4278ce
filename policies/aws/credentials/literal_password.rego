# METADATA
# title: Passwords are not written in the configuration
# description: A password in the code is in its history, in every clone and in the state, and changes only with a release.
# custom:
#   severity: high
#   resources: [aws_db_instance, aws_rds_cluster, aws_docdb_cluster, aws_redshift_cluster, aws_elasticache_replication_group, aws_secretsmanager_secret_version]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], pci-dss: ["8.6.2"], iso-27001: [A.5.17]}
#   remediation: Let AWS keep the password (`manage_master_user_password = true`), or pass it in through a write-only argument, a secret or a variable.
package parapet.aws.credentials.literal_password

import rego.v1

deny contains {"path": [argument], "message": "the secret is written in the configuration"} if {
	some argument in ["password", "master_password", "auth_token", "secret_string"]
	written := input.resource.config[argument].constant_value
	is_string(written)
	written != ""
	not input.resource.values[argument] == ""
}
