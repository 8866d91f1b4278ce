# METADATA
# title: RDS keeps automated backups for a week or longer
# description: Automated backups allow a restore to any second of their retention period. Damage that is found after it, over a long weekend for one, cannot be undone. Read replicas are not judged, as their source is backed up.
# custom:
#   severity: medium
#   resources: [aws_db_instance, aws_rds_cluster]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9]}
#   aliases: [CKV_AWS_133, AVD-AWS-0077]
#   remediation: Set `backup_retention_period` to 7 days or more (35 at most).
package parapet.aws.rds.backup_retention

import data.parapet.lib.aws_config
import data.parapet.lib.aws_rds
import rego.v1

fewest_days := 7

deny contains {"path": path, "message": message} if {
	days := input.resource.values.backup_retention_period
	days < fewest_days
	not aws_rds.replica
	path := aws_config.blame(input.resource.config, "backup_retention_period", "replicate_source_db")
	message := sprintf("backups are kept for fewer than %d days: %v", [fewest_days, days])
}

deny contains {"message": sprintf("backups are kept for 1 day, as no retention is set; keep them for %d", [fewest_days])} if {
	one_day_by_default
}

deny contains {"path": ["backup_retention_period"], "message": message} if {
	not input.resource.values.backup_retention_period
	not aws_rds.replica
	not one_day_by_default
	message := sprintf("backups are not kept for %d days", [fewest_days])
}

# A restored or replicated database starts with the retention of its origin instead.
one_day_by_default if {
	not input.resource.values.backup_retention_period
	aws_config.omits(input.resource.config, "backup_retention_period")
	every argument in origins {
		aws_config.omits(input.resource.config, argument)
	}
}

origins := ["replicate_source_db", "replication_source_identifier", "snapshot_identifier", "restore_to_point_in_time", "s3_import"]
