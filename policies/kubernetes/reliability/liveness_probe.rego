# METADATA
# title: Long-running containers have a liveness probe
# description: A process that hangs without exiting stays broken until a person notices, unless a probe has the kubelet restart it.
# custom:
#   severity: low
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, PodTemplate]
#   aliases: [CKV_K8S_8]
#   remediation: Add a `livenessProbe` that fails only when a restart would help; do not make it depend on other services.
package parapet.kubernetes.reliability.liveness_probe

import rego.v1

import data.parapet.lib.kubernetes as k8s

# What runs to completion needs no probe: jobs, pods that do not restart, init containers that are not sidecars.
deny contains {"path": path, "message": message} if {
	k8s.long_running(input.object)
	some container in k8s.lasting_containers(input.object)
	count(k8s.map_at(container.spec, "livenessProbe")) == 0
	path := k8s.container_path(container, ["livenessProbe"])
	message := sprintf("%s has no liveness probe", [container.label])
}
