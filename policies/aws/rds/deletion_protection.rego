# METADATA
# title: RDS databases are protected from deletion
# description: Deletion protection makes AWS refuse to delete the database until somebody turns it off on purpose. Read replicas are not judged, as they can be made again.
# custom:
#   severity: medium
#   resources: [aws_db_instance, aws_rds_cluster]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3]}
#   aliases: [CKV_AWS_139, CKV_AWS_293, AVD-AWS-0177, AVD-AWS-0343]
#   remediation: Set `deletion_protection = true`.
package parapet.aws.rds.deletion_protection

import data.parapet.lib.aws_config
import data.parapet.lib.aws_rds
import rego.v1

deny contains {"path": path, "message": "deletion protection is off"} if {
	not input.resource.values.deletion_protection
	not aws_rds.replica
	path := aws_config.blame(input.resource.config, "deletion_protection", "replicate_source_db")
}
