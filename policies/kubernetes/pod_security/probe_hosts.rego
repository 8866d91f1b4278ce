# METADATA
# title: Probes and lifecycle hooks call their own pod
# description: The kubelet sends probes and hooks from the node's network; a `host` in one lets whoever writes the pod reach what only the node can.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [SC-7]}
#   remediation: Remove `host` from the probe or hook; without it the kubelet calls the pod itself.
package parapet.kubernetes.pod_security.probe_hosts

import rego.v1

import data.parapet.lib.kubernetes as k8s

handlers := [
	["livenessProbe"],
	["readinessProbe"],
	["startupProbe"],
	["lifecycle", "postStart"],
	["lifecycle", "preStop"],
]

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	some handler in handlers
	some action in ["httpGet", "tcpSocket"]
	steps := array.concat(handler, [action, "host"])
	host := object.get(container.spec, steps, null)
	is_string(host)
	host != ""
	path := k8s.container_path(container, steps)
	message := sprintf("%s of %s calls host %s", [concat(".", handler), container.label, host])
}
