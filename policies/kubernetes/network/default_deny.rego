# METADATA
# title: Every namespace denies by default what reaches its pods
# description: A pod that no NetworkPolicy selects is open to every other pod of the cluster. A policy for all pods closes those too that somebody adds tomorrow. Judged where the Namespace itself and a policy or workload of it are among the files checked.
# custom:
#   severity: medium
#   scope: namespace
#   kinds: [Namespace, NetworkPolicy, CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, GlobalNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy, Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob]
#   controls: {soc2: [CC6.6], cis-kubernetes: ["5.3.2"], nist-800-53: [AC-4, SC-7], iso-27001: [A.8.20, A.8.22], pci-dss: ["1.2.1", "1.3"]}
#   remediation: "Add a NetworkPolicy with `podSelector: {}` and `policyTypes: [Ingress, Egress]`, and beside it policies for what is needed."
package parapet.kubernetes.network.default_deny

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.relations
import rego.v1

deny contains {"address": namespace.address, "path": ["metadata", "name"], "message": message} if {
	# Of a namespace that is not there, more may be elsewhere.
	input.complete
	some namespace in relations.of_kind("Namespace")
	not system(input.namespace)
	lives
	not other_policies
	every policy in relations.of_kind("NetworkPolicy") { not denies_by_default(policy.object) }
	message := "no NetworkPolicy for all pods denies by default what reaches them"
}

system(name) if regex.match(`^(default|kube-.*)$`, name)

# Something of the namespace is to be seen, and not its name alone.
lives if count(relations.workloads) > 0

lives if count(relations.of_kind("NetworkPolicy")) > 0

# Policies of a network plugin may deny by default too, each in its own way.
other_policies if {
	some kind in ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]
	count(relations.of_kind(kind)) > 0
}

other_policies if {
	some policy in relations.of_kind("NetworkPolicy")
	not startswith(policy.object.apiVersion, "networking.k8s.io/")
}

denies_by_default(policy) if {
	relations.selects_all(policy.spec.podSelector)
	"Ingress" in relations.policy_types(policy)
	every allowed in k8s.list_at(policy.spec, "ingress") { k8s.has(allowed, "from") }
}
