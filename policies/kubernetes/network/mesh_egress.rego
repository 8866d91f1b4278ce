# METADATA
# title: Sidecars reach the control plane of the mesh
# description: "A sidecar that may not talk to istiod gets no routes and no certificate: the pod does not become ready, or falls out of the mesh when its certificate ends."
# custom:
#   severity: medium
#   scope: namespace
#   kinds: [Namespace, NetworkPolicy]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SI-13], iso-27001: [A.8.14]}
#   remediation: Allow egress to the namespace istio-system on port 15012, in a policy for all pods.
package parapet.kubernetes.network.mesh_egress

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.relations
import rego.v1

deny contains {"address": policy.address, "path": ["spec", "egress"], "message": "its pods have sidecars, and may not talk to istiod in istio-system"} if {
	some namespace in relations.of_kind("Namespace")
	injected(k8s.map_at(namespace.object.metadata, "labels"))
	some policy in relations.of_kind("NetworkPolicy")
	startswith(policy.object.apiVersion, "networking.k8s.io/")
	"Egress" in relations.policy_types(policy.object)
	every other in relations.of_kind("NetworkPolicy") { not reaches_istiod(other.object) }
}

injected(labels) if labels["istio-injection"] == "enabled"

injected(labels) if labels["istio.io/rev"]

reaches_istiod(policy) if {
	some rule in k8s.list_at(policy.spec, "egress")
	to_mesh(rule)
	on_port(rule)
}

to_mesh(rule) if not k8s.has(rule, "to")

to_mesh(rule) if {
	some peer in k8s.list_at(rule, "to")
	admits(peer)
}

admits(peer) if relations.selects_all(peer.namespaceSelector)

admits(peer) if {
	some _, value in k8s.map_at(peer.namespaceSelector, "matchLabels")
	contains(value, "istio")
}

# What an expression on labels of namespaces admits, is not known here.
admits(peer) if count(k8s.list_at(peer.namespaceSelector, "matchExpressions")) > 0

# The control plane may be outside of the cluster.
admits(peer) if contains(sprintf("%v", [peer.ipBlock.cidr]), "/")

on_port(rule) if not k8s.has(rule, "ports")

on_port(rule) if {
	some port in k8s.list_at(rule, "ports")
	object.get(port, "port", 15012) in {15010, 15012, "https-dns", "grpc-xds"}
}

on_port(rule) if {
	some port in k8s.list_at(rule, "ports")
	port.endPort >= 15012
	port.port <= 15012
}
