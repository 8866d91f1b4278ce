# METADATA
# title: Replicas of autoscaled workloads are left to the autoscaler
# description: With `replicas` in the manifest every deployment sets the number back, in the middle of the load that raised it.
# custom:
#   severity: low
#   scope: namespace
#   kinds: [Deployment, StatefulSet, HorizontalPodAutoscaler, ScaledObject]
#   controls: {soc2: [A1.1], nist-800-53: [SC-6], iso-27001: [A.8.6]}
#   remediation: Take `replicas` out of the manifest.
package parapet.kubernetes.reliability.autoscaled_replicas

import data.parapet.lib.relations
import rego.v1

deny contains {"address": workload.address, "path": ["spec", "replicas"], "message": sprintf("every deployment sets replicas back to %d", [workload.object.spec.replicas])} if {
	some kind in ["Deployment", "StatefulSet"]
	some workload in relations.of_kind(kind)
	workload.object.spec.replicas > 0
	count(array.concat(relations.autoscalers("HorizontalPodAutoscaler", workload.object), relations.autoscalers("ScaledObject", workload.object))) > 0
}
