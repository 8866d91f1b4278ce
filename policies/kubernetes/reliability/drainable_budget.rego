# METADATA
# title: Disruption budgets let nodes be drained
# description: A budget that allows no disruption stops node upgrades and scale-down until somebody deletes it.
# custom:
#   severity: medium
#   kinds: [PodDisruptionBudget]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SI-2], iso-27001: [A.8.14]}
#   remediation: "Set `maxUnavailable: 1`, and run one replica more than is needed."
package parapet.kubernetes.reliability.drainable_budget

import rego.v1

deny contains {"path": ["spec", field], "message": "no pod may ever be evicted"} if {
	some field, blocking in {"maxUnavailable": {0, "0", "0%"}, "minAvailable": {"100%"}}
	input.object.spec[field] in blocking
}
