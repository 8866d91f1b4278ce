# METADATA
# title: Containers do not run as user 0
# description: "`runAsUser: 0` starts the container as root whatever user its image names."
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.7"], nist-800-53: [AC-6]}
#   aliases: [AVD-KSV-0105]
#   remediation: Set `runAsUser` to a number above 0, or remove it and let the image name its user.
package parapet.kubernetes.pod_security.run_as_user

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": "pod runs as user 0"} if {
	not k8s.user_namespace(input.object)
	k8s.pod_security(input.object).runAsUser == 0
	path := k8s.pod_path(input.object, ["securityContext", "runAsUser"])
}

deny contains {"path": path, "message": message} if {
	not k8s.user_namespace(input.object)
	some container in k8s.containers(input.object)
	container.security.runAsUser == 0
	path := k8s.container_path(container, ["securityContext", "runAsUser"])
	message := sprintf("%s runs as user 0", [container.label])
}
