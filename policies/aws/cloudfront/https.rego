# METADATA
# title: CloudFront serves over HTTPS only
# description: With `allow-all`, viewers that ask over HTTP are answered over HTTP.
# custom:
#   severity: high
#   resources: [aws_cloudfront_distribution]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_34, AVD-AWS-0012]
#   remediation: Set `viewer_protocol_policy` to `redirect-to-https` or `https-only`.
package parapet.aws.cloudfront.https

import rego.v1

deny contains {"path": [list, i, "viewer_protocol_policy"], "message": "viewers are served over plain HTTP"} if {
	some list in ["default_cache_behavior", "ordered_cache_behavior"]
	some i, behavior in input.resource.values[list]
	behavior.viewer_protocol_policy == "allow-all"
}
