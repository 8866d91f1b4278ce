# METADATA
# title: Pods do not mount the node's file system
# description: A hostPath volume reaches the node's files past every isolation; a writable one, or the container runtime's socket, hands over the node.
# custom:
#   severity: high
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.12"], nist-800-53: [AC-6, SC-39]}
#   aliases: [AVD-KSV-0023]
#   remediation: Use a persistentVolumeClaim, emptyDir, configMap or secret volume instead of `hostPath`.
package parapet.kubernetes.pod_security.host_path_volumes

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	some index, volume in k8s.list_at(k8s.pod_spec(input.object), "volumes")
	k8s.has(volume, "hostPath")
	path := k8s.pod_path(input.object, ["volumes", index, "hostPath"])
	message := sprintf("volume %q mounts %s of the node", [volume.name, object.get(volume.hostPath, "path", "a path")])
}
