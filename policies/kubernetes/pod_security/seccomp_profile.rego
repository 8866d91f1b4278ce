# METADATA
# title: Containers run under a seccomp profile
# description: Without a profile a container may make every system call, among them the ones most kernel exploits start from.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.6.2"], nist-800-53: [CM-7]}
#   aliases: [CKV_K8S_31, AVD-KSV-0030]
#   remediation: "Set `securityContext.seccompProfile.type: RuntimeDefault` on the pod."
package parapet.kubernetes.pod_security.seccomp_profile

import rego.v1

import data.parapet.lib.kubernetes as k8s

allowed := {"RuntimeDefault", "Localhost"}

pod_profile := profile if {
	profile := k8s.pod_security(input.object).seccompProfile
	is_object(profile)
}

deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	type := object.get(pod_profile, "type", "")
	not type in allowed
	path := k8s.pod_path(input.object, ["securityContext", "seccompProfile", "type"])
	message := sprintf("pod sets seccomp profile %q", [type])
}

deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	some container in k8s.containers(input.object)
	is_object(container.security.seccompProfile)
	type := object.get(container.security.seccompProfile, "type", "")
	not type in allowed
	path := k8s.container_path(container, ["securityContext", "seccompProfile", "type"])
	message := sprintf("%s sets seccomp profile %q", [container.label, type])
}

# A container that sets nothing inherits the pod's profile.
deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	not pod_profile
	some container in k8s.containers(input.object)
	not k8s.has(container.security, "seccompProfile")
	path := k8s.container_path(container, ["securityContext", "seccompProfile", "type"])
	message := sprintf("%s has no seccomp profile: neither it nor its pod sets one", [container.label])
}
