# METADATA
# title: RDS storage is encrypted at rest
# description: An unencrypted volume exposes every row to whoever obtains a snapshot. Read replicas are not judged, as they take the encryption of their source.
# custom:
#   severity: high
#   resources: [aws_db_instance, aws_rds_cluster]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], cis-aws: ["2.3.1"], nist-800-53: [SC-28]}
#   aliases: [CKV_AWS_16, CKV_AWS_96, AVD-AWS-0079, AVD-AWS-0080]
#   remediation: Set `storage_encrypted = true`; an existing database is re-created from an encrypted copy of its snapshot.
package parapet.aws.rds.storage_encrypted

import data.parapet.lib.aws_config
import data.parapet.lib.aws_rds
import rego.v1

deny contains {"path": path, "message": "storage is not encrypted at rest"} if {
	not input.resource.values.storage_encrypted
	not aws_rds.replica
	path := aws_config.blame(input.resource.config, "storage_encrypted", "replicate_source_db")
}
