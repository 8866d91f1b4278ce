# METADATA
# title: Failover records know the health of the primary
# description: Without a health check, Route 53 holds the primary for healthy, and never fails over. Aliases that look at their target count.
# custom:
#   severity: high
#   resources: [aws_route53_record]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SC-22], iso-27001: [A.8.14]}
#   remediation: Set `health_check_id`, or `evaluate_target_health = true` of an alias.
package parapet.resilience.route53.failover_health

import rego.v1

deny contains {"path": ["health_check_id"], "message": "the primary is never found unhealthy"} if {
	some policy in input.resource.values.failover_routing_policy
	policy.type == "PRIMARY"
	not input.resource.values.health_check_id
	not input.resource.values.alias[0].evaluate_target_health
}
