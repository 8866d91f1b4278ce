# METADATA
# title: RDS certificates come from an authority that is still valid
# description: "The authority `rds-ca-2019` expired in August 2024: clients that verify it cannot connect, and those that still do, do not verify."
# custom:
#   severity: medium
#   resources: [aws_db_instance, aws_rds_cluster_instance]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_211]
#   remediation: Set `ca_cert_identifier = "rds-ca-rsa2048-g1"` or another of the g1 authorities.
package parapet.aws.rds.valid_certificate

import rego.v1

deny contains {"path": ["ca_cert_identifier"], "message": "the certificate authority has expired"} if {
	input.resource.values.ca_cert_identifier in {"rds-ca-2015", "rds-ca-2019"}
}

# What is not written is decided by AWS, and is fine.
deny contains {"path": ["ca_cert_identifier"], "message": "the certificate authority has expired"} if {
	input.resource.config.ca_cert_identifier
	not input.resource.values.ca_cert_identifier
}
