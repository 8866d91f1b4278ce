# METADATA
# title: CloudFront fetches over TLS 1.2
# description: What is encrypted to the edge and plain behind it is not encrypted. Website endpoints of S3 have no HTTPS and are not judged.
# custom:
#   severity: medium
#   resources: [aws_cloudfront_distribution]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   remediation: Set `origin_protocol_policy = "https-only"` and `origin_ssl_protocols = ["TLSv1.2"]`.
package parapet.aws.cloudfront.origin_https

import rego.v1

deny contains {"path": place(i, "origin_protocol_policy"), "message": message} if {
	some i, origin in input.resource.values.origin
	policy := origin.custom_origin_config[0].origin_protocol_policy
	policy != "https-only"
	not website(origin)
	message := sprintf("the origin is asked over HTTP (%s)", [policy])
}

deny contains {"path": place(i, "origin_ssl_protocols"), "message": message} if {
	some i, origin in input.resource.values.origin
	not website(origin)
	old := [version | some version in origin.custom_origin_config[0].origin_ssl_protocols; version in {"SSLv3", "TLSv1", "TLSv1.1"}]
	count(old) > 0
	message := sprintf("the origin may be asked over %s", [concat(", ", sort(old))])
}

place(i, argument) := ["origin", i, "custom_origin_config", 0, argument]

website(origin) if contains(origin.domain_name, ".s3-website")

# The name of an origin that is made by the same plan is not known yet.
website(origin) if not origin.domain_name
