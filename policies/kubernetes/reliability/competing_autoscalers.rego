# METADATA
# title: Autoscalers do not act on the same metric
# description: A HorizontalPodAutoscaler divides usage by requests; a VerticalPodAutoscaler changes the requests. On the same resource each undoes the other, and pods are restarted in between.
# custom:
#   severity: high
#   scope: namespace
#   kinds: [HorizontalPodAutoscaler, ScaledObject, VerticalPodAutoscaler]
#   controls: {soc2: [A1.1, A1.2], nist-800-53: [SC-6, SI-13], iso-27001: [A.8.6]}
#   remediation: "Scale out by a metric of the application, set `updateMode: \"Off\"`, or leave `controlledResources` with the other resource only."
package parapet.kubernetes.reliability.competing_autoscalers

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.relations
import rego.v1

deny contains {"address": vertical.address, "path": ["spec", "targetRef"], "message": message} if {
	some vertical in relations.of_kind("VerticalPodAutoscaler")
	object.get(vertical.object, ["spec", "updatePolicy", "updateMode"], "Auto") != "Off"
	some kind in ["HorizontalPodAutoscaler", "ScaledObject"]
	some horizontal in relations.of_kind(kind)
	target := relations.target_of(vertical.object)
	scaled := relations.target_of(horizontal.object)
	target.kind == scaled.kind
	target.name == scaled.name
	both := controlled(vertical.object) & measured(horizontal.object)
	count(both) > 0
	message := sprintf("%s acts on %s of %s as well", [horizontal.address, concat(" and ", sort([name | some name in both])), target.name])
}

controlled(vertical) := {"cpu", "memory"} if {
	count(container_policies(vertical)) == 0
} else := {resource |
	some policy in container_policies(vertical)
	object.get(policy, "mode", "Auto") != "Off"
	some resource in object.get(policy, "controlledResources", ["cpu", "memory"])
}

container_policies(vertical) := k8s.list_at(object.get(vertical.spec, "resourcePolicy", {}), "containerPolicies")

# KEDA makes an autoscaler of the triggers.
measured(scaled) := {trigger.type | some trigger in k8s.list_at(scaled.spec, "triggers")} if {
	scaled.kind == "ScaledObject"
} else := {metric_name(metric) | some metric in k8s.list_at(scaled.spec, "metrics")} if {
	count(k8s.list_at(scaled.spec, "metrics")) > 0
} else := {"cpu"}

metric_name(metric) := metric.resource.name if {
	metric.type == "Resource"
} else := metric.containerResource.name if {
	metric.type == "ContainerResource"
} else := "another"
