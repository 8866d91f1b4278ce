# METADATA
# title: Nobody is bound to cluster-admin
# description: Whoever holds one credential of a bound account controls every namespace, secret and node of the cluster.
# custom:
#   severity: high
#   kinds: [ClusterRoleBinding]
#   controls: {cis-kubernetes: ["5.1.1"], nist-800-53: [AC-6], soc2: [CC6.1, CC6.3]}
#   remediation: Bind a role that allows only what the subject does, with a RoleBinding where one namespace is enough.
package parapet.kubernetes.access.cluster_admin_binding

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": ["roleRef", "name"], "message": message} if {
	input.object.roleRef.name == "cluster-admin"
	not bootstrapped
	subjects := k8s.list_at(input.object, "subjects")
	count(subjects) > 0
	message := sprintf("cluster-admin is bound to %s", [concat(", ", [described(subject) | some subject in subjects])])
}

described(subject) := sprintf("%s %s/%s", [subject.kind, subject.namespace, subject.name]) if {
	subject.namespace
} else := sprintf("%s %s", [subject.kind, subject.name])

# The binding of system:masters that the API server itself creates.
bootstrapped if input.object.metadata.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
