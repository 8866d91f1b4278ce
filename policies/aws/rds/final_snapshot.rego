# METADATA
# title: Databases leave a snapshot when they are destroyed
# description: Automated backups go with the database they belong to. A final snapshot is what is left after a destroy that nobody meant. Read replicas are not judged.
# custom:
#   severity: medium
#   resources: [aws_db_instance, aws_rds_cluster, aws_docdb_cluster, aws_neptune_cluster]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9], iso-27001: [A.8.13]}
#   remediation: Remove `skip_final_snapshot = true` and set `final_snapshot_identifier`.
package parapet.aws.rds.final_snapshot

import data.parapet.lib.aws_config
import data.parapet.lib.aws_rds
import rego.v1

deny contains {"path": path, "message": "no snapshot is made when it is destroyed"} if {
	input.resource.values.skip_final_snapshot == true
	not aws_rds.replica
	not joins_another
	path := aws_config.blame(input.resource.config, "skip_final_snapshot", "replicate_source_db")
}

# A cluster that copies another, or belongs to a global database, is not the only copy.
joins_another if input.resource.config.replication_source_identifier

joins_another if input.resource.config.global_cluster_identifier
