# METADATA
# title: Pods keep the container types of SELinux
# description: A custom SELinux user, role or type, such as spc_t, takes a container out of the confinement that separates it from its node.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [AC-3, CM-7]}
#   aliases: [AVD-KSV-0025]
#   remediation: Remove `seLinuxOptions`, or set only `level` and one of the container types.
package parapet.kubernetes.pod_security.selinux_options

import rego.v1

import data.parapet.lib.kubernetes as k8s

types := {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

# Where SELinux options may stand: the pod's own, and those of each container.
options contains {"path": path, "label": "pod", "values": k8s.map_at(k8s.pod_security(input.object), "seLinuxOptions")} if {
	path := k8s.pod_path(input.object, ["securityContext", "seLinuxOptions"])
}

options contains {"path": path, "label": container.label, "values": k8s.map_at(container.security, "seLinuxOptions")} if {
	some container in k8s.containers(input.object)
	path := k8s.container_path(container, ["securityContext", "seLinuxOptions"])
}

deny contains {"path": path, "message": message} if {
	some option in options
	k8s.has(option.values, "type")
	not option.values.type in types
	path := array.concat(option.path, ["type"])
	message := sprintf("%s sets SELinux type %v", [option.label, option.values.type])
}

deny contains {"path": path, "message": message} if {
	some option in options
	some field in ["user", "role"]
	k8s.has(option.values, field)
	option.values[field] != ""
	path := array.concat(option.path, [field])
	message := sprintf("%s sets SELinux %s %v", [option.label, field, option.values[field]])
}
