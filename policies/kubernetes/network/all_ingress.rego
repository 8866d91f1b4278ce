# METADATA
# title: Network policies do not allow all ingress
# description: A rule that allows every source makes the other rules of the policy idle, and lets every pod of the cluster in.
# custom:
#   severity: medium
#   kinds: [NetworkPolicy]
#   controls: {soc2: [CC6.6], nist-800-53: [AC-4, SC-7], pci-dss: ["1.3.1"], iso-27001: [A.8.22]}
#   remediation: Name the pods, namespaces or networks under `from`, or the ports that are served.
package parapet.kubernetes.network.all_ingress

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "ingress", index], "message": "rule allows all ingress"} if {
	some index, rule in k8s.list_at(input.object.spec, "ingress")
	count(k8s.list_at(rule, "ports")) == 0
	everywhere(rule)
}

# No peers are all peers.
everywhere(rule) if count(k8s.list_at(rule, "from")) == 0

everywhere(rule) if {
	some peer in k8s.list_at(rule, "from")
	peer.ipBlock.cidr in {"0.0.0.0/0", "::/0"}
	count(k8s.list_at(peer.ipBlock, "except")) == 0
}
