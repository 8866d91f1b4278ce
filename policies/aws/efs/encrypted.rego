# METADATA
# title: EFS file systems are encrypted at rest
# description: A file system that is not encrypted when it is made stays so.
# custom:
#   severity: high
#   resources: [aws_efs_file_system]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], cis-aws: ["2.4.1"], nist-800-53: [SC-28], pci-dss: ["3.5"], iso-27001: [A.8.24]}
#   aliases: [CKV_AWS_42, AVD-AWS-0037]
#   remediation: Set `encrypted = true`; an existing file system is replicated or copied into an encrypted one.
package parapet.aws.efs.encrypted

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "encrypted", [], "files are not encrypted at rest") if {
	not input.resource.values.encrypted
}
