# METADATA
# title: Containers are not privileged
# description: A privileged container has every capability and device of its node; whoever breaks into it owns the node and every pod on it.
# custom:
#   severity: critical
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.2"], nist-800-53: [AC-6, SC-39], soc2: [CC6.1]}
#   aliases: [CKV_K8S_16, AVD-KSV-0017]
#   remediation: Remove `privileged`, and add the single capability or device the container really needs.
package parapet.kubernetes.pod_security.privileged

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	container.security.privileged == true
	path := k8s.container_path(container, ["securityContext", "privileged"])
	message := sprintf("%s is privileged", [container.label])
}
