# METADATA
# title: GuardDuty is watching
# description: A detector that is suspended finds nothing. It is on unless it is turned off.
# custom:
#   severity: high
#   resources: [aws_guardduty_detector]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4], pci-dss: ["11.5.1"], iso-27001: [A.8.16]}
#   aliases: [CKV_AWS_238]
#   remediation: Remove `enable = false`.
package parapet.aws.guardduty.enabled

import rego.v1

deny contains {"path": ["enable"], "message": "the detector is suspended"} if input.resource.values.enable == false
