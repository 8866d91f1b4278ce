# METADATA
# title: Containers drop all capabilities
# description: Runtimes grant a dozen root powers by default; almost no application uses one of them, and most container escapes need one.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.10"], nist-800-53: [AC-6, CM-7]}
#   aliases: [CKV_K8S_37, AVD-KSV-0003]
#   remediation: "Set `securityContext.capabilities.drop: [ALL]`, and add back nothing but NET_BIND_SERVICE."
package parapet.kubernetes.pod_security.drop_capabilities

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	some container in k8s.containers(input.object)
	not "ALL" in k8s.list_at(k8s.map_at(container.security, "capabilities"), "drop")
	path := k8s.container_path(container, ["securityContext", "capabilities", "drop"])
	message := sprintf("%s does not drop ALL capabilities", [container.label])
}

# What is not even in the default set is the finding of the rule on added capabilities.
deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	some container in k8s.containers(input.object)
	some index, capability in k8s.list_at(k8s.map_at(container.security, "capabilities"), "add")
	capability in k8s.default_capabilities
	capability != "NET_BIND_SERVICE"
	path := k8s.container_path(container, ["securityContext", "capabilities", "add", index])
	message := sprintf("%s adds capability %s", [container.label, capability])
}
