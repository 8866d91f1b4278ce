# METADATA
# title: Application load balancers guard against desynchronisation
# description: In the mode `monitor`, requests that load balancer and server read differently are passed on.
# custom:
#   severity: medium
#   resources: [aws_lb, aws_alb]
#   controls: {soc2: [CC6.6], nist-800-53: [SC-7, SI-10], iso-27001: [A.8.26]}
#   aliases: [CKV_AWS_328]
#   remediation: Remove `desync_mitigation_mode = "monitor"`; the default is `defensive`.
package parapet.aws.lb.desync

import rego.v1

deny contains {"path": ["desync_mitigation_mode"], "message": "ambiguous requests are passed on"} if {
	input.resource.values.desync_mitigation_mode == "monitor"
}
