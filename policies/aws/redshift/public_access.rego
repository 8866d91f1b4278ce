# METADATA
# title: Redshift clusters have no public address
# description: A publicly accessible warehouse has an address on the internet; one loose security group rule then exposes it. Version 5 of the provider makes clusters public by default.
# custom:
#   severity: high
#   resources: [aws_redshift_cluster]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.6"], iso-27001: [A.5.15, A.8.3]}
#   aliases: [CKV_AWS_87]
#   remediation: Set `publicly_accessible = false`, and reach the cluster from inside the VPC.
package parapet.aws.redshift.public_access

import rego.v1

deny contains {"path": ["publicly_accessible"], "message": "the cluster has an address on the internet"} if {
	input.resource.values.publicly_accessible == true
}
