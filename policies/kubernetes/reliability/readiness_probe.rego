# METADATA
# title: Containers that serve have a readiness probe
# description: Without one a Service sends requests to a container that is still starting, and a rollout replaces good pods by broken ones.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, PodTemplate]
#   aliases: [CKV_K8S_9]
#   remediation: Add a `readinessProbe` that succeeds once the container can answer requests.
package parapet.kubernetes.reliability.readiness_probe

import rego.v1

import data.parapet.lib.kubernetes as k8s

# A container that declares no port, or only one that metrics are scraped from, receives no requests.
serves(container) if {
	some port in k8s.list_at(container.spec, "ports")
	not contains(lower(object.get(port, "name", "")), "metrics")
}

deny contains {"path": path, "message": message} if {
	k8s.long_running(input.object)
	some container in k8s.lasting_containers(input.object)
	serves(container)
	count(k8s.map_at(container.spec, "readinessProbe")) == 0
	path := k8s.container_path(container, ["readinessProbe"])
	message := sprintf("%s serves without a readiness probe", [container.label])
}
