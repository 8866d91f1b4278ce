# METADATA
# title: Application load balancers drop invalid headers
# description: Headers that servers read differently are how requests are smuggled past the load balancer.
# custom:
#   severity: medium
#   resources: [aws_lb, aws_alb]
#   controls: {soc2: [CC6.6], nist-800-53: [SC-7, SI-10], iso-27001: [A.8.26]}
#   aliases: [CKV_AWS_131, AVD-AWS-0052]
#   remediation: Set `drop_invalid_header_fields = true`.
package parapet.aws.lb.drop_invalid_headers

import rego.v1

deny contains {"path": ["drop_invalid_header_fields"], "message": "invalid headers are passed on"} if {
	not input.resource.values.drop_invalid_header_fields
	not input.resource.values.load_balancer_type in {"network", "gateway"}
}
