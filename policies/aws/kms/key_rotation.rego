# METADATA
# title: KMS keys rotate
# description: Rotation limits what one version of the key material protects. Only symmetric encryption keys made by KMS can rotate; others are not judged.
# custom:
#   severity: medium
#   resources: [aws_kms_key]
#   controls: {soc2: [CC6.1], cis-aws: ["3.6"], nist-800-53: [SC-12]}
#   aliases: [CKV_AWS_7, AVD-AWS-0065]
#   remediation: Set `enable_key_rotation = true`; aliases and ciphertexts stay as they are.
package parapet.aws.kms.key_rotation

import rego.v1

deny contains {"path": ["enable_key_rotation"], "message": "the key does not rotate"} if {
	not input.resource.values.enable_key_rotation
	rotatable
}

rotatable if {
	input.resource.values.customer_master_key_spec == "SYMMETRIC_DEFAULT"
	input.resource.values.key_usage == "ENCRYPT_DECRYPT"
	not input.resource.values.custom_key_store_id
}
