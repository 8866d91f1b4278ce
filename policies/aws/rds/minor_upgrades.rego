# METADATA
# title: RDS takes minor engine versions by itself
# description: Minor versions carry security fixes. They are installed in the maintenance window unless that is turned off.
# custom:
#   severity: low
#   resources: [aws_db_instance, aws_rds_cluster_instance]
#   controls: {soc2: [CC7.1], cis-aws: ["2.3.2"], nist-800-53: [SI-2], pci-dss: ["6.3.3"], iso-27001: [A.8.8]}
#   aliases: [CKV_AWS_226]
#   remediation: Remove `auto_minor_version_upgrade = false`.
package parapet.aws.rds.minor_upgrades

import rego.v1

deny contains {"path": ["auto_minor_version_upgrade"], "message": "minor versions, and their security fixes, are not installed"} if {
	input.resource.values.auto_minor_version_upgrade == false
}
