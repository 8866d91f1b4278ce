# Reads Kubernetes objects: where a workload of any kind keeps its pod, and everything that runs in it.
# A manifest may hold null wherever it may hold a list or a map, so rules read both through `list_at` and `map_at`.
package parapet.lib.kubernetes

import rego.v1

# The pod template of each kind; a Pod is its own.
template_paths := {
	"Pod": [],
	"PodTemplate": ["template"],
	"Deployment": ["spec", "template"],
	"StatefulSet": ["spec", "template"],
	"DaemonSet": ["spec", "template"],
	"ReplicaSet": ["spec", "template"],
	"ReplicationController": ["spec", "template"],
	"Job": ["spec", "template"],
	"CronJob": ["spec", "jobTemplate", "spec", "template"],
}

# How messages call a container of each of the three lists.
container_lists := {
	"containers": "container",
	"initContainers": "init container",
	"ephemeralContainers": "ephemeral container",
}

# The list at a field, or an empty one.
list_at(parent, field) := value if {
	value := parent[field]
	is_array(value)
} else := []

# The map at a field, or an empty one.
map_at(parent, field) := value if {
	value := parent[field]
	is_object(value)
} else := {}

# Whether the field is there and not null.
has(parent, field) if not is_null(object.get(parent, field, null))

# Path of something below the pod template: `template_path(object, ["metadata", "annotations"])`.
template_path(workload, steps) := array.concat(template_paths[workload.kind], steps)

# Path of a field of the pod spec: `pod_path(object, ["hostNetwork"])`.
pod_path(workload, steps) := array.concat(template_path(workload, ["spec"]), steps)

# The pod spec; undefined for an object that has none. The engine has found it already for the object it judges.
pod_spec(_) := input.pod.spec

pod_spec(workload) := spec if {
	not input.pod
	spec := object.get(workload, pod_path(workload, []), null)
	is_object(spec)
}

# The pod's own security context, which its containers inherit; undefined without a pod spec.
pod_security(workload) := map_at(pod_spec(workload), "securityContext")

pod_annotations(workload) := input.pod.annotations if {
	input.pod
} else := object.get(workload, path, {}) if {
	path := template_path(workload, ["metadata", "annotations"])
	is_object(object.get(workload, path, null))
} else := {}

# Every container of the pod, of all three lists:
# `list` it stands in, `path` of it, `label` for messages, its `spec` and its `security` context.
containers(workload) := input.pod.containers if {
	input.pod
} else := {container |
	pod := pod_spec(workload)
	some list, noun in container_lists
	some index, spec in list_at(pod, list)
	is_object(spec)
	container := {
		"list": list,
		"path": pod_path(workload, [list, index]),
		"label": sprintf("%s %q", [noun, object.get(spec, "name", sprintf("#%d", [index]))]),
		"spec": spec,
		"security": map_at(spec, "securityContext"),
	}
}

# The containers that run as long as the pod does: the main ones and the sidecars (init containers that restart always).
lasting_containers(workload) := {container |
	some container in containers(workload)
	lasting(container)
}

lasting(container) if container.list == "containers"

lasting(container) if {
	container.list == "initContainers"
	container.spec.restartPolicy == "Always"
}

# Path of something below a container: `container_path(container, ["securityContext", "privileged"])`.
container_path(container, steps) := array.concat(container.path, steps)

# What the baseline Pod Security Standard lets a container add: the container runtimes' default set without NET_RAW.
default_capabilities := {
	"AUDIT_WRITE",
	"CHOWN",
	"DAC_OVERRIDE",
	"FOWNER",
	"FSETID",
	"KILL",
	"MKNOD",
	"NET_BIND_SERVICE",
	"SETFCAP",
	"SETGID",
	"SETPCAP",
	"SETUID",
	"SYS_CHROOT",
}

# A pod that says it runs on Windows, where Linux security settings mean nothing.
windows(workload) if pod_spec(workload).os.name == "windows"

# A pod in a user namespace of its own: root inside it is an ordinary user of the node.
user_namespace(workload) if pod_spec(workload).hostUsers == false

# Whether the pod is meant to run for good rather than to completion.
long_running(workload) if {
	workload.kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"}
}

long_running(workload) if {
	workload.kind in {"Pod", "PodTemplate"}
	not pod_spec(workload).restartPolicy in {"Never", "OnFailure"}
}

# The smallest object of a kind around a pod spec, for the tests of rules.
sample(kind, spec) := {"kind": kind, "spec": spec} if kind == "Pod"

sample(kind, spec) := {"kind": kind, "template": {"spec": spec}} if kind == "PodTemplate"

sample(kind, spec) := {"kind": kind, "spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}} if kind == "CronJob"

sample(kind, spec) := {"kind": kind, "spec": {"template": {"spec": spec}}} if {
	not kind in {"Pod", "PodTemplate", "CronJob"}
}

# The input of a rule about a namespace, for the tests of rules.
group(namespace, complete, objects) := {
	"namespace": namespace,
	"complete": complete,
	"by_kind": {kind: members |
		some kind in {object.kind | some object in objects}
		members := [{"address": address(object), "object": object} | some object in objects; object.kind == kind]
	},
}

address(subject) := sprintf("%s/%s/%s", [subject.kind, subject.metadata.namespace, subject.metadata.name]) if {
	subject.metadata.namespace
} else := sprintf("%s/%s", [subject.kind, subject.metadata.name])
