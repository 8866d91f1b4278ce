# METADATA
# title: Containers do not bind ports of the node
# description: A host port goes past Services and most network policies, and ties the pod to nodes where the port is free.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.13"], nist-800-53: [SC-7]}
#   aliases: [CKV_K8S_26, AVD-KSV-0024]
#   remediation: Remove `hostPort` and expose the container through a Service.
package parapet.kubernetes.pod_security.host_ports

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	some index, port in k8s.list_at(container.spec, "ports")
	k8s.has(port, "hostPort")
	port.hostPort != 0
	path := k8s.container_path(container, ["ports", index, "hostPort"])
	message := sprintf("%s binds port %v of its node", [container.label, port.hostPort])
}
