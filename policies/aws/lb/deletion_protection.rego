# METADATA
# title: Load balancers are protected from deletion
# description: A load balancer that is made anew has another name and other addresses.
# custom:
#   severity: low
#   resources: [aws_lb, aws_alb]
#   controls: {soc2: [A1.2], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   aliases: [CKV_AWS_150]
#   remediation: Set `enable_deletion_protection = true`.
package parapet.aws.lb.deletion_protection

import rego.v1

deny contains {"path": ["enable_deletion_protection"], "message": "deletion protection is off"} if {
	not input.resource.values.enable_deletion_protection
}
