# METADATA
# title: Containers keep the default mask of /proc
# description: An unmasked /proc shows and lets a container change kernel settings of its node.
# custom:
#   severity: high
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [CM-7, SC-39]}
#   aliases: [AVD-KSV-0027]
#   remediation: "Remove `procMount`; a builder that needs it unmasked runs with `hostUsers: false`."
package parapet.kubernetes.pod_security.proc_mount

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	not k8s.user_namespace(input.object)
	some container in k8s.containers(input.object)
	k8s.has(container.security, "procMount")
	container.security.procMount != "Default"
	path := k8s.container_path(container, ["securityContext", "procMount"])
	message := sprintf("%s sets procMount %v", [container.label, container.security.procMount])
}
