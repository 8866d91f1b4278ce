# METADATA
# title: ECS tasks encrypt what they send to EFS
# description: NFS is plain text; the mount helper wraps it in TLS only when asked.
# custom:
#   severity: medium
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_97, AVD-AWS-0035]
#   remediation: Set `transit_encryption = "ENABLED"` in `efs_volume_configuration`.
package parapet.aws.ecs.efs_in_transit

import rego.v1

deny contains {"path": ["volume", i, "efs_volume_configuration", 0, "transit_encryption"], "message": message} if {
	some i, volume in input.resource.values.volume
	some efs in volume.efs_volume_configuration
	not efs.transit_encryption == "ENABLED"
	message := sprintf("volume %q is mounted without TLS", [volume.name])
}
