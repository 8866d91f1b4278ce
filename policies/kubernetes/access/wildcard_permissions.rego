# METADATA
# title: Roles do not allow everything
# description: A rule of every verb on every resource is cluster-admin under another name, and grants whatever is installed tomorrow.
# custom:
#   severity: high
#   kinds: [Role, ClusterRole]
#   controls: {cis-kubernetes: ["5.1.3"], nist-800-53: [AC-6], soc2: [CC6.1, CC6.3]}
#   aliases: [CKV_K8S_49]
#   remediation: Name the API groups, resources and verbs that are used.
package parapet.kubernetes.access.wildcard_permissions

import rego.v1

import data.parapet.lib.kubernetes as k8s

# An operator may own every resource of its own API group; the core group and all groups belong to nobody.
deny contains {"path": ["rules", index], "message": message} if {
	not bootstrapped
	some index, rule in k8s.list_at(input.object, "rules")
	"*" in k8s.list_at(rule, "verbs")
	"*" in k8s.list_at(rule, "resources")
	some group in k8s.list_at(rule, "apiGroups")
	reach := reaches[group]
	message := sprintf("rule allows every verb on every resource of %s", [reach])
}

reaches := {"*": "every API group", "": "the core API group"}

# The roles that the API server itself creates.
bootstrapped if input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
