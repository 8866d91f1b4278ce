# METADATA
# title: RDS databases have no public address
# description: A publicly accessible database has an address on the internet; one loose security group rule then exposes it.
# custom:
#   severity: high
#   resources: [aws_db_instance, aws_rds_cluster_instance]
#   controls: {soc2: [CC6.6], gdpr: [Art. 25, Art. 32], cis-aws: ["2.3.3"], nist-800-53: [AC-4, SC-7]}
#   aliases: [CKV_AWS_17, AVD-AWS-0180]
#   remediation: Set `publicly_accessible = false`, and reach the database from inside the VPC.
package parapet.aws.rds.public_access

import rego.v1

deny contains {"path": ["publicly_accessible"], "message": "the database has an address on the internet"} if {
	input.resource.values.publicly_accessible == true
}
