# METADATA
# title: Cluster roles do not read every Secret
# description: Whoever reads the Secrets of all namespaces holds every credential of the cluster. Rules that name the Secrets are not judged, nor are the roles that Kubernetes itself makes.
# custom:
#   severity: medium
#   kinds: [ClusterRole]
#   controls: {soc2: [CC6.1, CC6.3], cis-kubernetes: ["5.1.2"], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.8.3]}
#   remediation: Grant it with a Role in the namespaces concerned, or list `resourceNames`.
package parapet.kubernetes.access.secrets_everywhere

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["rules", index], "message": "rule reads the Secrets of every namespace it is bound in"} if {
	not input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
	some index, rule in k8s.list_at(input.object, "rules")
	some group in k8s.list_at(rule, "apiGroups")
	group in {"", "*"}
	names_secrets(rule)
	some verb in k8s.list_at(rule, "verbs")
	verb in {"get", "list", "watch", "*"}
	count(k8s.list_at(rule, "resourceNames")) == 0
}

names_secrets(rule) if "secrets" in k8s.list_at(rule, "resources")

# Every verb on every resource is what `kubernetes-access-wildcard-permissions` is about.
names_secrets(rule) if {
	"*" in k8s.list_at(rule, "resources")
	not "*" in k8s.list_at(rule, "verbs")
}
