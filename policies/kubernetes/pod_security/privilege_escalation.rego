# METADATA
# title: Containers cannot gain privileges
# description: Without this setting a set-user-ID program in the image turns an ordinary process into root.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.2.6"], nist-800-53: [AC-6]}
#   aliases: [CKV_K8S_20, AVD-KSV-0001]
#   remediation: "Set `securityContext.allowPrivilegeEscalation: false` on every container."
package parapet.kubernetes.pod_security.privilege_escalation

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	not k8s.windows(input.object)
	some container in k8s.containers(input.object)
	not container.security.allowPrivilegeEscalation == false
	path := k8s.container_path(container, ["securityContext", "allowPrivilegeEscalation"])
	message := sprintf("%s %s", [container.label, how(container.security)])
}

how(security) := "allows privilege escalation" if {
	security.allowPrivilegeEscalation == true
} else := "does not set allowPrivilegeEscalation: false"
