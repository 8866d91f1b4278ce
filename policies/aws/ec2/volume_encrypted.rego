# METADATA
# title: Volumes attached to EC2 instances are encrypted
# description: Root and data volumes hold caches, logs and secrets of what runs on them; unencrypted, they can be read from any snapshot of them. Encryption by default for the account and region serves every volume.
# custom:
#   severity: high
#   scope: plan
#   resources: [aws_instance, aws_launch_template, aws_ebs_encryption_by_default]
#   controls: {soc2: [CC6.1], gdpr: [Art. 32], nist-800-53: [SC-28]}
#   aliases: [CKV_AWS_8, AVD-AWS-0131]
#   remediation: Set `encrypted = true` in the block device, or manage an `aws_ebs_encryption_by_default` for the region.
package parapet.aws.ec2.volume_encrypted

import data.parapet.lib.aws_config
import data.parapet.lib.aws_ebs
import rego.v1

# A block device that does not say takes the answer from its snapshot or from the account, known after apply.
deny contains {"address": instance.address, "path": ["root_block_device", i, "encrypted"], "message": root_message} if {
	some instance in input.plan.by_type.aws_instance
	some i, device in instance.values.root_block_device
	not device.encrypted
	not aws_ebs.encrypted_by_default(instance)
}

deny contains {"address": instance.address, "path": ["root_block_device"], "message": message} if {
	some instance in input.plan.by_type.aws_instance
	not is_array(instance.values.root_block_device)
	not aws_ebs.encrypted_by_default(instance)
	message := unwritten_root(instance.config)
}

root_message := "the root volume is not encrypted"

unwritten_root(config) := "the root volume is not told to be encrypted" if {
	aws_config.omits(config, "root_block_device")
} else := root_message

deny contains {"address": instance.address, "path": ["ebs_block_device", i, "encrypted"], "message": message} if {
	some instance in input.plan.by_type.aws_instance
	some i, device in instance.values.ebs_block_device
	not device.encrypted
	not aws_ebs.encrypted_by_default(instance)
	message := sprintf("%s is not encrypted", [object.get(device, "device_name", "a data volume")])
}

# Data volumes that the configuration does not write are those of the AMI, which no plan shows.
deny contains {"address": instance.address, "path": ["ebs_block_device"], "message": "data volumes are not encrypted"} if {
	some instance in input.plan.by_type.aws_instance
	instance.config.ebs_block_device
	not is_array(instance.values.ebs_block_device)
	not aws_ebs.encrypted_by_default(instance)
}

# A launch template keeps the argument as text, and keeps nothing when it is not set.
deny contains {"address": template.address, "path": ["block_device_mappings", i, "ebs", 0, "encrypted"], "message": message} if {
	some template in input.plan.by_type.aws_launch_template
	some i, mapping in template.values.block_device_mappings
	volume := mapping.ebs[0]
	not volume.encrypted in {"true", "1", true}
	not aws_ebs.encrypted_by_default(template)
	message := sprintf("%s is not encrypted", [object.get(mapping, "device_name", "a volume")])
}
