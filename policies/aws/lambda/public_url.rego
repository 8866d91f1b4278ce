# METADATA
# title: Lambda URLs ask who is calling
# description: A function URL without authorization can be called by everyone on the internet, at your cost.
# custom:
#   severity: high
#   resources: [aws_lambda_function_url]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.6"], iso-27001: [A.5.15, A.8.3]}
#   aliases: [CKV_AWS_258]
#   remediation: Set `authorization_type = "AWS_IAM"`, or put CloudFront or an API with authorization before the function.
package parapet.aws.lambda.public_url

import rego.v1

deny contains {"path": ["authorization_type"], "message": "everyone may call the function"} if {
	input.resource.values.authorization_type == "NONE"
}
