# METADATA
# title: EBS volumes are encrypted
# description: An unencrypted volume can be read by whoever obtains a snapshot of it, or attaches it to an instance of their own. Encryption by default for the account and region serves every volume.
# custom:
#   severity: high
#   scope: plan
#   resources: [aws_ebs_volume, aws_ebs_encryption_by_default]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], cis-aws: ["2.2.1"], nist-800-53: [SC-28]}
#   aliases: [CKV_AWS_3, AVD-AWS-0026]
#   remediation: Set `encrypted = true`, or manage an `aws_ebs_encryption_by_default` for the region; an existing volume is re-created from an encrypted copy of its snapshot.
package parapet.aws.ebs.encrypted

import data.parapet.lib.aws_config
import data.parapet.lib.aws_ebs
import rego.v1

deny contains {"address": volume.address, "path": ["encrypted"], "message": message(volume.config)} if {
	some volume in input.plan.by_type.aws_ebs_volume
	not volume.values.encrypted
	not aws_ebs.encrypted_by_default(volume)
}

deny contains {"address": setting.address, "path": ["enabled"], "message": "new volumes are not encrypted by default"} if {
	some setting in input.plan.by_type.aws_ebs_encryption_by_default
	not aws_ebs.on(setting)
}

# A volume that does not say takes the answer from its snapshot or from the account, known after apply.
message(config) := "the volume is not told to be encrypted" if {
	aws_config.omits(config, "encrypted")
} else := "the volume is not encrypted"
