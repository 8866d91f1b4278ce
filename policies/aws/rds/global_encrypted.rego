# METADATA
# title: Global databases are encrypted at rest
# description: Every member of a global database takes its encryption from it. One that is made from a cluster takes that of the cluster, and is not judged.
# custom:
#   severity: high
#   resources: [aws_rds_global_cluster]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_140]
#   remediation: Set `storage_encrypted = true`; an existing global database is made anew.
package parapet.aws.rds.global_encrypted

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "storage_encrypted", [], "storage is not encrypted at rest") if {
	not input.resource.values.storage_encrypted
	not input.resource.values.source_db_cluster_identifier
	not input.resource.config.source_db_cluster_identifier
}
