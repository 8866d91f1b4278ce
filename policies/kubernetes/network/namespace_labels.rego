# METADATA
# title: Namespaces are selected by labels that they have
# description: "Kubernetes labels every namespace `kubernetes.io/metadata.name`, and its own ones with nothing else: `name: kube-system` selects nothing unless somebody sets it, and the rule allows nothing."
# custom:
#   severity: low
#   kinds: [NetworkPolicy]
#   controls: {soc2: [CC6.6], cis-kubernetes: ["5.3.2"], nist-800-53: [AC-4, SC-7], iso-27001: [A.8.20, A.8.22], pci-dss: ["1.2.1", "1.3"]}
#   remediation: "Select `kubernetes.io/metadata.name: kube-system`."
package parapet.kubernetes.network.namespace_labels

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", direction, index, peers, position, "namespaceSelector"], "message": sprintf("Kubernetes does not label %s with `name`", [name])} if {
	some direction, peers in {"ingress": "from", "egress": "to"}
	some index, rule in k8s.list_at(input.object.spec, direction)
	some position, peer in k8s.list_at(rule, peers)
	name := peer.namespaceSelector.matchLabels.name
	name in {"default", "kube-node-lease", "kube-public", "kube-system"}
}
