# METADATA
# title: CloudTrail is recording
# description: A trail that is switched off looks like one that records.
# custom:
#   severity: high
#   resources: [aws_cloudtrail]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1", "10.7"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_251]
#   remediation: Remove `enable_logging = false`.
package parapet.aws.cloudtrail.enabled

import rego.v1

deny contains {"path": ["enable_logging"], "message": "the trail records nothing"} if {
	input.resource.values.enable_logging == false
}
