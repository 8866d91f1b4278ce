# METADATA
# title: Network policies are of the types they have rules for
# description: "Rules of a direction that `policyTypes` does not name are ignored: the policy looks stricter, or wider, than it is."
# custom:
#   severity: medium
#   kinds: [NetworkPolicy]
#   controls: {soc2: [CC6.6], nist-800-53: [SC-7], iso-27001: [A.8.22]}
#   remediation: Add the direction to `policyTypes`, or remove its rules.
package parapet.kubernetes.network.policy_types

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "policyTypes"], "message": sprintf("the rules under `%s` are ignored, as policyTypes has no %s", [direction, type])} if {
	types := input.object.spec.policyTypes
	is_array(types)
	some direction, type in {"ingress": "Ingress", "egress": "Egress"}
	count(k8s.list_at(input.object.spec, direction)) > 0
	not type in types
}
