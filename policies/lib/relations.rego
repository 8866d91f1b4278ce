# Relates the Kubernetes objects of a namespace: selectors to pods, autoscalers and budgets to what they are about.
package parapet.lib.relations

import data.parapet.lib.kubernetes as k8s
import rego.v1

# The objects of a kind; each has its `address` and the `object` itself.
of_kind(kind) := k8s.list_at(input.by_kind, kind)

# Everything that runs pods.
workloads := {member | some kind, _ in k8s.template_paths; some member in of_kind(kind)}

pod_labels(workload) := labels if {
	labels := object.get(workload, k8s.template_path(workload, ["metadata", "labels"]), {})
	is_object(labels)
} else := {}

# Whether a label selector (`matchLabels`, `matchExpressions`) selects pods with these labels. An empty one selects all.
selects(selector, labels) if {
	has_all(k8s.map_at(selector, "matchLabels"), labels)
	every expression in k8s.list_at(selector, "matchExpressions") { holds(expression, labels) }
}

# Whether labels have every key and value of a map.
has_all(wanted, labels) if {
	every key, value in wanted { labels[key] == value }
}

holds(expression, labels) if {
	expression.operator == "In"
	labels[expression.key] in expression.values
}

holds(expression, labels) if {
	expression.operator == "NotIn"
	not object.get(labels, expression.key, null) in expression.values
}

holds(expression, labels) if {
	expression.operator == "Exists"
	k8s.has(labels, expression.key)
}

holds(expression, labels) if {
	expression.operator == "DoesNotExist"
	not k8s.has(labels, expression.key)
}

# Whether a selector selects every pod.
selects_all(selector) if {
	count(k8s.map_at(selector, "matchLabels")) == 0
	count(k8s.list_at(selector, "matchExpressions")) == 0
}

# The autoscalers whose target is this object.
autoscalers(kind, workload) := [scaler.object |
	some scaler in of_kind(kind)
	target := target_of(scaler.object)
	target.kind == workload.kind
	target.name == workload.metadata.name
]

target_of(scaler) := scaler.spec.scaleTargetRef if scaler.kind == "HorizontalPodAutoscaler"

target_of(scaler) := scaler.spec.targetRef if scaler.kind == "VerticalPodAutoscaler"

target_of(scaler) := object.union({"kind": "Deployment"}, scaler.spec.scaleTargetRef) if scaler.kind == "ScaledObject"

# Fewest replicas that a Deployment or StatefulSet has while nothing is wrong; undefined when an autoscaler decides and
# does not say.
fewest_replicas(workload) := min([object.get(scaler.spec, "minReplicas", 1) | some scaler in autoscalers("HorizontalPodAutoscaler", workload)]) if {
	count(autoscalers("HorizontalPodAutoscaler", workload)) > 0
} else := object.get(workload.spec, "replicas", 1) if {
	count(autoscalers("ScaledObject", workload)) == 0
}

# The policy types of a NetworkPolicy: as it says, else ingress always, and egress when it has rules for it.
policy_types(policy) := {type | some type in policy.spec.policyTypes} if {
	count(k8s.list_at(policy.spec, "policyTypes")) > 0
} else := {"Ingress", "Egress"} if {
	k8s.has(policy.spec, "egress")
} else := {"Ingress"}

# The host of a mesh resource with its namespace: `orders` is `orders.shop` in the namespace shop.
full_host(host, namespace) := sprintf("%s.%s", [host, namespace]) if {
	not contains(host, ".")
} else := regex.replace(host, `\.svc(\.cluster\.local)?$`, "")
