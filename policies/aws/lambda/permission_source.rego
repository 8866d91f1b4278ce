# METADATA
# title: Lambda permissions name who may use them
# description: "A permission for everyone, or for an AWS service without a source, can be used from other accounts: their buckets and topics call through the same service."
# custom:
#   severity: medium
#   resources: [aws_lambda_permission]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-3, AC-6], pci-dss: ["7.2.5"], iso-27001: [A.5.15]}
#   aliases: [CKV_AWS_364, AVD-AWS-0067]
#   remediation: Set `source_arn` or `source_account`; for a principal `*`, `principal_org_id`.
package parapet.aws.lambda.permission_source

import rego.v1

deny contains {"path": ["source_arn"], "message": message} if {
	not input.resource.values.source_arn
	not input.resource.values.source_account
	not input.resource.values.principal_org_id
	not written
	not signed_url
	message := fault(input.resource.values.principal)
}

fault("*") := "everyone may call the function"

fault(principal) := sprintf("%s may call the function on behalf of any account", [principal]) if {
	regex.match(`^(s3|sns|events|sqs|apigateway|logs|config|iot|ses|cognito-idp|elasticloadbalancing|lexv2)\.amazonaws\.com$`, principal)
}

# What is written but not known yet is a source all the same.
written if input.resource.config.source_arn

written if input.resource.config.source_account

written if input.resource.config.principal_org_id

# A permission to call a URL that asks for signatures.
signed_url if input.resource.values.function_url_auth_type == "AWS_IAM"
