# METADATA
# title: Containers are required to run as a user other than root
# description: Root in a container is root on the node wherever isolation fails; images run as root unless something forbids it.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.7"], nist-800-53: [AC-6]}
#   aliases: [CKV_K8S_23, AVD-KSV-0012]
#   remediation: "Set `securityContext.runAsNonRoot: true` on the pod, and give the image a numeric user."
package parapet.kubernetes.pod_security.run_as_non_root

import rego.v1

import data.parapet.lib.kubernetes as k8s

pod_choice := k8s.pod_security(input.object).runAsNonRoot

deny contains {"path": path, "message": "pod sets runAsNonRoot: false"} if {
	not k8s.user_namespace(input.object)
	pod_choice == false
	path := k8s.pod_path(input.object, ["securityContext", "runAsNonRoot"])
}

deny contains {"path": path, "message": message} if {
	not k8s.user_namespace(input.object)
	some container in k8s.containers(input.object)
	container.security.runAsNonRoot == false
	path := k8s.container_path(container, ["securityContext", "runAsNonRoot"])
	message := sprintf("%s sets runAsNonRoot: false", [container.label])
}

# A container that sets nothing inherits the pod's choice.
deny contains {"path": path, "message": message} if {
	not k8s.user_namespace(input.object)
	not is_boolean(pod_choice)
	some container in k8s.containers(input.object)
	not k8s.has(container.security, "runAsNonRoot")
	path := k8s.container_path(container, ["securityContext", "runAsNonRoot"])
	message := sprintf("%s may run as root: neither it nor its pod sets runAsNonRoot", [container.label])
}
