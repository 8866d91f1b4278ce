# METADATA
# title: ElastiCache takes minor engine versions by itself
# description: Minor versions carry security fixes. They are installed in the maintenance window unless that is turned off.
# custom:
#   severity: low
#   resources: [aws_elasticache_replication_group, aws_elasticache_cluster]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2], pci-dss: ["6.3.3"], iso-27001: [A.8.8]}
#   remediation: Remove `auto_minor_version_upgrade = false`.
package parapet.aws.elasticache.minor_upgrades

import rego.v1

# Version 4 and later of the provider keep the argument as text.
deny contains {"path": ["auto_minor_version_upgrade"], "message": "minor versions, and their security fixes, are not installed"} if {
	input.resource.values.auto_minor_version_upgrade in {false, "false", "0"}
}

# What is not written is on.
deny contains {"path": ["auto_minor_version_upgrade"], "message": "minor versions are not known to be installed"} if {
	input.resource.config.auto_minor_version_upgrade
	not input.resource.values.auto_minor_version_upgrade in {true, false, "true", "false", "1", "0"}
}
