# METADATA
# title: Pods do not carry the token of the default service account
# description: Every pod without an account of its own mounts the same credential for the API server, for an intruder to use and for nothing else.
# custom:
#   severity: low
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.1.5", "5.1.6"], nist-800-53: [AC-6]}
#   aliases: [AVD-KSV-0036]
#   remediation: "Set `automountServiceAccountToken: false` on the pod; a pod that calls the API server gets a service account of its own."
package parapet.kubernetes.access.default_account_token

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": "pod mounts the token of the default service account"} if {
	pod := k8s.pod_spec(input.object)
	not own_account(pod)
	not pod.automountServiceAccountToken == false
	path := k8s.pod_path(input.object, ["automountServiceAccountToken"])
}

# `serviceAccount` is the older name of the same field.
own_account(pod) if {
	some field in ["serviceAccountName", "serviceAccount"]
	not object.get(pod, field, null) in {null, "", "default"}
}
