# METADATA
# title: Disruption budgets leave room to evict a pod
# description: "A budget that needs as many pods as there are allows no eviction: node upgrades and scale-down stop until somebody deletes it."
# custom:
#   severity: medium
#   scope: namespace
#   kinds: [PodDisruptionBudget, Deployment, StatefulSet, HorizontalPodAutoscaler, ScaledObject]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SI-2], iso-27001: [A.8.14]}
#   remediation: "Use `maxUnavailable: 1`, or run a replica more than `minAvailable`."
package parapet.kubernetes.reliability.blocking_budget

import data.parapet.lib.relations
import rego.v1

deny contains {"address": budget.address, "path": ["spec", "minAvailable"], "message": message} if {
	some budget in relations.of_kind("PodDisruptionBudget")
	selected := [workload.object |
		some kind in ["Deployment", "StatefulSet"]
		some workload in relations.of_kind(kind)
		relations.selects(budget.object.spec.selector, relations.pod_labels(workload.object))
	]
	count(selected) > 0
	replicas := sum([relations.fewest_replicas(workload) | some workload in selected])
	# All of them have to be known.
	count([workload | some workload in selected; is_number(relations.fewest_replicas(workload))]) == count(selected)
	replicas > 0
	needed := needed_of(budget.object.spec.minAvailable, replicas)
	needed >= replicas
	message := sprintf("%v of %d pods have to stay, so none may be evicted", [budget.object.spec.minAvailable, replicas])
}

needed_of(wanted, _) := wanted if is_number(wanted)

needed_of(wanted, replicas) := ceil((to_number(trim_suffix(wanted, "%")) * replicas) / 100) if {
	is_string(wanted)
	endswith(wanted, "%")
	# All of them is what another rule finds.
	wanted != "100%"
}
