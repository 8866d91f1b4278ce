# METADATA
# title: Roles are bound to known subjects
# description: The groups `system:unauthenticated` and `system:authenticated` are everybody who reaches the API server; `system:masters` passes all authorization by, and cannot be withdrawn. The bindings that Kubernetes itself makes are not judged.
# custom:
#   severity: high
#   kinds: [RoleBinding, ClusterRoleBinding]
#   controls: {soc2: [CC6.1, CC6.3], cis-kubernetes: ["5.1.7"], nist-800-53: [AC-3, AC-14], pci-dss: ["7.3.3"], iso-27001: [A.5.15]}
#   remediation: Bind the role to a group of your identity provider or to a service account.
package parapet.kubernetes.access.everybody_bound

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["subjects", index, "name"], "message": sprintf("bound to %s", [subject.name])} if {
	not input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
	some index, subject in k8s.list_at(input.object, "subjects")
	subject.kind in {"Group", "User"}
	subject.name in {"system:anonymous", "system:masters", "system:unauthenticated"}
}

# Everybody with a login, which may be every identity of a cloud provider.
deny contains {"path": ["subjects", index, "name"], "message": "bound to everybody who can sign in"} if {
	not input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
	not harmless
	some index, subject in k8s.list_at(input.object, "subjects")
	subject.name == "system:authenticated"
}

harmless if input.object.roleRef.name in {"system:basic-user", "system:discovery", "system:public-info-viewer"}
