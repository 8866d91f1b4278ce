# METADATA
# title: RDS engines are in standard support
# description: After the end of standard support RDS charges for each vCPU and hour, and twice as much in the third year.
# custom:
#   severity: medium
#   resources: [aws_db_instance, aws_rds_cluster]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2], pci-dss: ["6.3.3"], iso-27001: [A.8.8]}
#   remediation: Upgrade to a newer major version; test it with a blue-green deployment.
package parapet.cost.rds.extended_support

import rego.v1

# Major versions whose standard support ended before autumn 2026, by the release calendars of RDS and Aurora.
oldest := {
	"aurora-mysql": 8,
	"aurora-postgresql": 14,
	"mysql": 8,
	"postgres": 14,
}

deny contains {"path": ["engine_version"], "message": message} if {
	version := input.resource.values.engine_version
	to_number(split(version, ".")[0]) < oldest[input.resource.values.engine]
	message := sprintf("%s %s is out of standard support", [input.resource.values.engine, version])
}

# What is not written is a version that RDS recommends, or that of the source of a replica.
deny contains {"path": ["engine"], "message": "is not known to be in standard support"} if {
	input.resource.config.engine
	not input.resource.values.engine
}

deny contains {"path": ["engine_version"], "message": "is not known to be in standard support"} if {
	input.resource.config.engine_version
	not input.resource.values.engine_version
}
