# METADATA
# title: EFS file systems are kept in several zones
# description: One Zone storage is unavailable, or lost, with its zone. It is cheaper, and right for what can be made again.
# custom:
#   severity: medium
#   resources: [aws_efs_file_system]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10], iso-27001: [A.8.14]}
#   remediation: Remove `availability_zone_name`; a file system is moved by replication or AWS Backup.
package parapet.resilience.efs.several_zones

import rego.v1

# A file system in several zones has no zone.
deny contains {"path": ["availability_zone_name"], "message": sprintf("kept in %s only", [zone])} if {
	zone := input.resource.values.availability_zone_name
	zone != ""
}

deny contains {"path": ["availability_zone_name"], "message": "is not known to be kept in several zones"} if {
	input.resource.config.availability_zone_name
	not input.resource.values.availability_zone_name
}
