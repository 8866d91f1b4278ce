# METADATA
# title: Pods use only the volume types of the restricted standard
# description: Network and cloud volumes written into a pod go past the storage classes, quotas and permissions that persistent volume claims obey.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.6.3"], nist-800-53: [CM-7]}
#   aliases: [AVD-KSV-0028]
#   remediation: Put the storage behind a PersistentVolume, and mount it as a persistentVolumeClaim, csi or ephemeral volume.
package parapet.kubernetes.pod_security.volume_types

import rego.v1

import data.parapet.lib.kubernetes as k8s

allowed := {
	"configMap",
	"csi",
	"downwardAPI",
	"emptyDir",
	"ephemeral",
	"image",
	"persistentVolumeClaim",
	"projected",
	"secret",
}

# A volume that names no type is an emptyDir; hostPath is the finding of a rule of its own.
deny contains {"path": path, "message": message} if {
	some index, volume in k8s.list_at(k8s.pod_spec(input.object), "volumes")
	types := {type | some type, source in volume; type != "name"; not is_null(source)}
	count(types & allowed) == 0
	some type in types - {"hostPath"}
	path := k8s.pod_path(input.object, ["volumes", index, type])
	message := sprintf("volume %q is of type %s", [volume.name, type])
}
