# METADATA
# title: CloudFront stands behind a web application firewall
# description: A web ACL stops known attacks and floods before they reach the origin.
# custom:
#   severity: low
#   resources: [aws_cloudfront_distribution]
#   controls: {soc2: [CC6.6], nist-800-53: [SC-5, SC-7], pci-dss: ["6.4.2"], iso-27001: [A.8.20, A.8.26]}
#   aliases: [CKV_AWS_68, AVD-AWS-0011]
#   remediation: Set `web_acl_id` to the ARN of an `aws_wafv2_web_acl` of scope `CLOUDFRONT`.
package parapet.aws.cloudfront.firewall

import rego.v1

deny contains {"path": ["web_acl_id"], "message": "no web application firewall is attached"} if not attached

attached if input.resource.values.web_acl_id != ""
