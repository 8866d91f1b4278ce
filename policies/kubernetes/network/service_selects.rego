# METADATA
# title: Services select pods
# description: "A Service whose selector matches nothing has no endpoints: every request to it fails, and nothing about it looks wrong. Judged where a workload of its name is among the files checked, or the Namespace itself and nothing but kinds of Kubernetes."
# custom:
#   severity: medium
#   scope: namespace
#   kinds: ["*"]
#   controls: {soc2: [A1.2], nist-800-53: [CM-6, SI-13], iso-27001: [A.8.9]}
#   remediation: Give the selector the labels of the pod template.
package parapet.kubernetes.network.service_selects

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.relations
import rego.v1

deny contains {"address": service.address, "path": ["spec", "selector"], "message": "selects none of the pods of this namespace"} if {
	some service in relations.of_kind("Service")
	selector := k8s.map_at(service.object.spec, "selector")
	count(selector) > 0
	count(relations.workloads) > 0
	startswith(service.object.apiVersion, "v1")
	every workload in relations.workloads { not relations.has_all(selector, relations.pod_labels(workload.object)) }
	meant(service.object)
}

# The workload of its name is there, with other labels.
meant(service) if {
	not makes_pods
	some workload in relations.workloads
	workload.object.metadata.name == service.metadata.name
}

# Or everything is there, and nothing that makes pods of its own.
meant(_) if {
	input.complete
	not makes_pods
}

# Objects of operators, charts and delivery tools run pods that are not to be seen here.
makes_pods if {
	some _, members in input.by_kind
	some member in members
	regex.match(`^[^/]+\.[^/]+/`, member.object.apiVersion)
	not regex.match(`(\.k8s\.io|istio\.io|cert-manager\.io|monitoring\.coreos\.com|external-secrets\.io|projectcalico\.org|cilium\.io)/`, member.object.apiVersion)
}

# Kustomize adds labels to both, and may generate the rest.
makes_pods if count(relations.of_kind("Kustomization")) > 0
