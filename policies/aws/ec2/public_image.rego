# METADATA
# title: Images are shared with known accounts only
# description: An image that everyone may launch shows everyone what is on its disks.
# custom:
#   severity: high
#   resources: [aws_ami_launch_permission]
#   controls: {soc2: [CC6.1], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-22], pci-dss: ["7.2.6"], iso-27001: [A.8.12]}
#   remediation: Set `account_id` or `organization_arn` instead of `group = "all"`.
package parapet.aws.ec2.public_image

import rego.v1

deny contains {"path": ["group"], "message": "everyone may launch the image"} if input.resource.values.group == "all"
