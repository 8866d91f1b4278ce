# METADATA
# title: Containers have a memory limit
# description: A leak without a limit takes the memory of the whole node, and the kernel kills whichever process it likes.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [SC-6], soc2: [A1.1]}
#   aliases: [CKV_K8S_13, AVD-KSV-0018]
#   remediation: Set `resources.limits.memory` on the container, or on the pod.
package parapet.kubernetes.reliability.memory_limit

import rego.v1

import data.parapet.lib.kubernetes as k8s

# Ephemeral containers may not set any.
deny contains {"path": path, "message": message} if {
	not limited(k8s.pod_spec(input.object))
	some container in k8s.containers(input.object)
	container.list != "ephemeralContainers"
	not limited(container.spec)
	path := k8s.container_path(container, ["resources", "limits", "memory"])
	message := sprintf("%s has no memory limit", [container.label])
}

limited(holder) if {
	limits := k8s.map_at(k8s.map_at(holder, "resources"), "limits")
	not object.get(limits, "memory", null) in {null, "", 0, "0"}
}
