# METADATA
# title: Windows pods do not run as host processes
# description: A HostProcess container is a process of the Windows node itself, with access to its files, network and services.
# custom:
#   severity: high
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.11"], nist-800-53: [AC-6, SC-39]}
#   aliases: [AVD-KSV-0103]
#   remediation: Remove `windowsOptions.hostProcess`; keep node agents in a namespace of their own.
package parapet.kubernetes.pod_security.windows_host_process

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": "pod runs as a Windows host process"} if {
	k8s.pod_security(input.object).windowsOptions.hostProcess == true
	path := k8s.pod_path(input.object, ["securityContext", "windowsOptions", "hostProcess"])
}

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	container.security.windowsOptions.hostProcess == true
	path := k8s.container_path(container, ["securityContext", "windowsOptions", "hostProcess"])
	message := sprintf("%s runs as a Windows host process", [container.label])
}
