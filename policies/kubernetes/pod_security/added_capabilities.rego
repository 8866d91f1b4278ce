# METADATA
# title: Containers add no capability beyond the default set
# description: Capabilities such as SYS_ADMIN, NET_ADMIN or NET_RAW let a container change or spy on its node and its neighbours.
# custom:
#   severity: high
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.8", "5.2.9"], nist-800-53: [AC-6, CM-7]}
#   aliases: [AVD-KSV-0022]
#   remediation: Remove the capability from `capabilities.add`; what truly needs it belongs in a namespace of its own.
package parapet.kubernetes.pod_security.added_capabilities

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	some index, capability in k8s.list_at(k8s.map_at(container.security, "capabilities"), "add")
	not capability in k8s.default_capabilities
	path := k8s.container_path(container, ["securityContext", "capabilities", "add", index])
	message := sprintf("%s adds capability %v", [container.label, capability])
}
