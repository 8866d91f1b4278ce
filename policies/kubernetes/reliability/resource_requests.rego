# METADATA
# title: Containers request CPU and memory
# description: The scheduler places a pod by what it requests; one that requests nothing lands on a full node, and is the first to be evicted there.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [SC-6], soc2: [A1.1]}
#   remediation: Set `resources.requests` for cpu and memory on the container, or on the pod.
package parapet.kubernetes.reliability.resource_requests

import rego.v1

import data.parapet.lib.kubernetes as k8s

# Init containers run before the others and share their room; ephemeral ones may not request any.
deny contains {"path": path, "message": message} if {
	some container in k8s.lasting_containers(input.object)
	some resource in ["cpu", "memory"]
	not requests(k8s.map_at(container.spec, "resources"), resource)
	not requests(k8s.map_at(k8s.pod_spec(input.object), "resources"), resource)
	path := k8s.container_path(container, ["resources", "requests", resource])
	message := sprintf("%s requests no %s", [container.label, resource])
}

# A limit without a request is the request too.
requests(resources, resource) if {
	limit := object.get(k8s.map_at(resources, "limits"), resource, null)
	request := object.get(k8s.map_at(resources, "requests"), resource, limit)
	not request in {null, "", 0, "0"}
}
