# METADATA
# title: DocumentDB clusters are encrypted at rest
# description: An unencrypted volume can be read by whoever obtains a snapshot of it. Encryption cannot be turned on later.
# custom:
#   severity: high
#   resources: [aws_docdb_cluster]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_74, AVD-AWS-0021]
#   remediation: Set `storage_encrypted = true`; an existing cluster is restored from an encrypted copy of its snapshot.
package parapet.aws.docdb.storage_encrypted

import rego.v1

deny contains {"path": ["storage_encrypted"], "message": "storage is not encrypted at rest"} if {
	not input.resource.values.storage_encrypted
}
