# METADATA
# title: CloudFront speaks TLS 1.2 or newer
# description: With a certificate of your own, CloudFront admits TLS 1.0 unless a newer version is asked for. With its own certificate the version cannot be chosen, and is not judged.
# custom:
#   severity: medium
#   resources: [aws_cloudfront_distribution]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_174, AVD-AWS-0013]
#   remediation: Set `minimum_protocol_version = "TLSv1.2_2021"` or newer in `viewer_certificate`.
package parapet.aws.cloudfront.tls_version

import rego.v1

deny contains {"path": ["viewer_certificate", 0, "minimum_protocol_version"], "message": "TLS older than 1.2 is admitted"} if {
	some certificate in input.resource.values.viewer_certificate
	not certificate.cloudfront_default_certificate == true
	not regex.match(`^TLSv1\.[23]_`, certificate.minimum_protocol_version)
}
