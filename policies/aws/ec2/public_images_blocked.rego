# METADATA
# title: Snapshots and images cannot be made public
# description: A public snapshot or image is copied by strangers within minutes, with all that is on it.
# custom:
#   severity: medium
#   resources: [aws_ebs_snapshot_block_public_access, aws_ec2_image_block_public_access]
#   controls: {soc2: [CC6.1], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-22], pci-dss: ["7.2.6"], iso-27001: [A.8.12]}
#   remediation: Set `state` to `block-all-sharing` (snapshots) or `block-new-sharing` (images).
package parapet.aws.ec2.public_images_blocked

import rego.v1

deny contains {"path": ["state"], "message": "may be shared with everyone"} if input.resource.values.state == "unblocked"
