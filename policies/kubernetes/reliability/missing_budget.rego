# METADATA
# title: Replicated workloads have a disruption budget
# description: "Without a budget the drain of nodes may evict all replicas at once: they are there against failures, and a planned upgrade takes them all. Judged where the Namespace itself is among the files checked."
# custom:
#   severity: low
#   scope: namespace
#   kinds: [Namespace, PodDisruptionBudget, Deployment, StatefulSet, HorizontalPodAutoscaler, ScaledObject]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SI-13], iso-27001: [A.8.14]}
#   remediation: "Add a PodDisruptionBudget with `maxUnavailable: 1` that selects the pods."
package parapet.kubernetes.reliability.missing_budget

import data.parapet.lib.relations
import rego.v1

deny contains {"address": workload.address, "path": ["spec", "replicas"], "message": sprintf("nothing keeps its %d replicas from being evicted at once", [replicas])} if {
	input.complete
	some kind in ["Deployment", "StatefulSet"]
	some workload in relations.of_kind(kind)
	replicas := relations.fewest_replicas(workload.object)
	replicas > 1
	labels := relations.pod_labels(workload.object)
	every budget in relations.of_kind("PodDisruptionBudget") { not relations.selects(budget.object.spec.selector, labels) }
}
