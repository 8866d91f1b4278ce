# METADATA
# title: Network policies do not allow all egress
# description: A rule that allows every destination lets an intruder load tools and carry data out, and makes the other rules of the policy idle.
# custom:
#   severity: medium
#   kinds: [NetworkPolicy]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.2"], iso-27001: [A.8.22]}
#   remediation: Name the pods, namespaces or networks under `to`, or the ports that are used.
package parapet.kubernetes.network.all_egress

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "egress", index], "message": "rule allows all egress"} if {
	some index, rule in k8s.list_at(input.object.spec, "egress")
	count(k8s.list_at(rule, "ports")) == 0
	everywhere(rule)
}

# No peers are all peers.
everywhere(rule) if count(k8s.list_at(rule, "to")) == 0

everywhere(rule) if {
	some peer in k8s.list_at(rule, "to")
	peer.ipBlock.cidr in {"0.0.0.0/0", "::/0"}
	count(k8s.list_at(peer.ipBlock, "except")) == 0
}
