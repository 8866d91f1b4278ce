# METADATA
# title: Roles do not reach around the API server
# description: The proxy of nodes runs commands in pods without an audit entry; tokens of other service accounts and approved certificates are identities.
# custom:
#   severity: medium
#   kinds: [Role, ClusterRole]
#   controls: {soc2: [CC6.3], cis-kubernetes: ["5.1.10", "5.1.11", "5.1.13"], nist-800-53: [AC-6], iso-27001: [A.8.2]}
#   remediation: Remove the resource, or list `resourceNames`.
package parapet.kubernetes.access.powerful_subresources

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["rules", index, "resources"], "message": sprintf("rule allows %s on %s", [verb, resource])} if {
	not input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
	some index, rule in k8s.list_at(input.object, "rules")
	count(k8s.list_at(rule, "resourceNames")) == 0
	some resource in k8s.list_at(rule, "resources")
	some verb in k8s.list_at(rule, "verbs")
	verb in powerful[resource]
}

powerful := {
	"certificatesigningrequests/approval": {"update", "patch", "*"},
	"nodes/proxy": {"get", "create", "*"},
	"serviceaccounts/token": {"create", "*"},
}
