# METADATA
# title: RDS parameter groups do not allow plain connections
# description: With the parameter off, a client that does not ask for TLS sends its password and its data in the clear. Groups that leave the parameter to the engine are not judged.
# custom:
#   severity: medium
#   resources: [aws_db_parameter_group]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   remediation: Set `rds.force_ssl` (PostgreSQL, SQL Server) or `require_secure_transport` (MySQL, MariaDB) to on.
package parapet.aws.rds.force_tls

import rego.v1

deny contains {"path": ["parameter", i, "value"], "message": sprintf("%s lets clients connect without TLS", [parameter.name])} if {
	some i, parameter in input.resource.values.parameter
	parameter.name in {"rds.force_ssl", "require_secure_transport"}
	upper(parameter.value) in {"0", "OFF"}
}

deny contains {"path": ["parameter", i, "value"], "message": sprintf("%s is not known to be on", [parameter.name])} if {
	some i, parameter in input.resource.values.parameter
	parameter.name in {"rds.force_ssl", "require_secure_transport"}
	not parameter.value
}
