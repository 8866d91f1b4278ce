# METADATA
# title: Roles do not let their holders raise their own rights
# description: With `bind` or `escalate` on roles, or `impersonate`, the holder gives itself any right of the cluster.
# custom:
#   severity: high
#   kinds: [Role, ClusterRole]
#   controls: {soc2: [CC6.3], cis-kubernetes: ["5.1.8"], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.8.2]}
#   remediation: Remove the verb, or list in `resourceNames` what may be bound or impersonated.
package parapet.kubernetes.access.escalating_verbs

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["rules", index, "verbs"], "message": sprintf("rule allows %s", [verb])} if {
	not input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
	some index, rule in k8s.list_at(input.object, "rules")
	count(k8s.list_at(rule, "resourceNames")) == 0
	some verb in k8s.list_at(rule, "verbs")
	some resource in k8s.list_at(rule, "resources")
	resource in escalating[verb]
}

roles := {"roles", "clusterroles", "*"}

escalating := {
	"bind": roles,
	"escalate": roles,
	"impersonate": {"users", "groups", "serviceaccounts", "*"},
}
