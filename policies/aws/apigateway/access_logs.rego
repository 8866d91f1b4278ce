# METADATA
# title: API stages log access
# description: Access logs show who called what, and with which answer; they cannot be made afterwards.
# custom:
#   severity: low
#   resources: [aws_api_gateway_stage, aws_apigatewayv2_stage]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_76, CKV_AWS_95, AVD-AWS-0001]
#   remediation: Add an `access_log_settings` block with a log group and a format.
package parapet.aws.apigateway.access_logs

import rego.v1

deny contains {"path": ["access_log_settings"], "message": "calls are not logged"} if {
	not count(input.resource.values.access_log_settings) > 0
}
