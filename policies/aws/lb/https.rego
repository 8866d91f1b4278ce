# METADATA
# title: Load balancers on the internet serve HTTPS
# description: A listener that answers over HTTP sends passwords, cookies and data in the clear. Redirects to HTTPS are meant to be there, and listeners of internal load balancers are not judged.
# custom:
#   severity: high
#   scope: plan
#   resources: [aws_lb, aws_lb_listener]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_2, AVD-AWS-0054]
#   remediation: Make the listener redirect to HTTPS, or set `protocol = "HTTPS"` with a `certificate_arn`.
package parapet.aws.lb.https

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": listener.address, "path": ["protocol"], "message": "requests over plain HTTP are served"} if {
	some listener in serving
	not of_internal(listener)
}

serving := [listener |
	some listener in input.plan.by_type.aws_lb_listener
	listener.values.protocol == "HTTP"
	some action in listener.values.default_action
	action.type in {"forward", "authenticate-cognito", "authenticate-oidc"}
]

# The keys of the load balancers that are internal.
internal := {key |
	some balancer in input.plan.by_type.aws_lb
	may_be_internal(balancer)
	some key in aws_join.object_keys(balancer, "arn")
}

may_be_internal(balancer) if balancer.values.internal == true

may_be_internal(balancer) if undecided(balancer)

# Left out, the load balancer stands on the internet.
undecided(balancer) if {
	balancer.config.internal
	not is_boolean(balancer.values.internal)
}

deny contains {"address": balancer.address, "path": ["internal"], "message": "is not known to be internal"} if {
	count(serving) > 0
	some balancer in input.plan.by_type.aws_lb
	undecided(balancer)
}

of_internal(listener) if {
	some key in aws_join.part_keys(listener, "load_balancer_arn", "aws_lb")
	internal[key]
}
