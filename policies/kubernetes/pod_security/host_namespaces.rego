# METADATA
# title: Pods do not share the node's namespaces
# description: A pod in the node's network, process or IPC namespace sees the traffic, the processes or the shared memory of everything on the node.
# custom:
#   severity: high
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.3", "5.2.4", "5.2.5"], nist-800-53: [AC-6, SC-39]}
#   remediation: Remove `hostNetwork`, `hostPID` and `hostIPC`; reach other pods through a Service.
package parapet.kubernetes.pod_security.host_namespaces

import rego.v1

import data.parapet.lib.kubernetes as k8s

namespaces := {"hostNetwork": "network", "hostPID": "process", "hostIPC": "IPC"}

deny contains {"path": path, "message": message} if {
	some field, namespace in namespaces
	k8s.pod_spec(input.object)[field] == true
	path := k8s.pod_path(input.object, [field])
	message := sprintf("pod shares the %s namespace of its node", [namespace])
}
