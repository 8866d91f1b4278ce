# METADATA
# title: Autoscalers have room to scale
# description: With the same lower and upper limit nothing is ever scaled.
# custom:
#   severity: low
#   kinds: [HorizontalPodAutoscaler]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: Raise `maxReplicas` above `minReplicas`.
package parapet.kubernetes.reliability.autoscaler_range

import rego.v1

# The lower limit is 1 unless it is set.
deny contains {"path": ["spec", "maxReplicas"], "message": sprintf("stays at %v replicas", [input.object.spec.maxReplicas])} if {
	input.object.spec.maxReplicas <= object.get(input.object.spec, "minReplicas", 1)
}
