# METADATA
# title: RDS can be entered with IAM credentials
# description: A token of IAM lasts fifteen minutes and belongs to a role; a password is shared and stays. Engines that know no IAM are not judged.
# custom:
#   severity: info
#   resources: [aws_db_instance]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-2, IA-5], pci-dss: ["8.6"], iso-27001: [A.8.5]}
#   aliases: [CKV_AWS_161, CKV_AWS_162, AVD-AWS-0176]
#   remediation: Set `iam_database_authentication_enabled = true`.
package parapet.aws.rds.iam_authentication

import data.parapet.lib.aws_rds
import rego.v1

deny contains {"path": ["iam_database_authentication_enabled"], "message": "roles of IAM cannot sign in"} if {
	not input.resource.values.iam_database_authentication_enabled
	input.resource.values.engine in {"mysql", "mariadb", "postgres"}
	not aws_rds.replica
}

# A replica has the engine of its source.
deny contains {"path": ["engine"], "message": "the engine is not known"} if {
	input.resource.config.engine
	not input.resource.values.engine
	not input.resource.values.iam_database_authentication_enabled
}
