# METADATA
# title: Containers cannot write to their root file system
# description: A writable root file system lets an intruder replace the program and leave tools behind.
# custom:
#   severity: low
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.6.3"], nist-800-53: [CM-5, SI-7]}
#   aliases: [CKV_K8S_22, AVD-KSV-0014]
#   remediation: "Set `securityContext.readOnlyRootFilesystem: true`, and mount an emptyDir where the program writes."
package parapet.kubernetes.pod_security.read_only_root_filesystem

import rego.v1

import data.parapet.lib.kubernetes as k8s

# Ephemeral containers exist to debug, which is to write; Windows cannot run on a read-only root.
deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	some container in k8s.containers(input.object)
	container.list != "ephemeralContainers"
	not container.security.readOnlyRootFilesystem == true
	path := k8s.container_path(container, ["securityContext", "readOnlyRootFilesystem"])
	message := sprintf("%s can write to its root file system", [container.label])
}
