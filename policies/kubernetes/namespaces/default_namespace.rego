# METADATA
# title: Workloads have a namespace of their own
# description: In the default namespace there is no boundary to put permissions, quotas, network policies or a Pod Security Standard on.
# custom:
#   severity: low
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {cis-kubernetes: ["5.6.4"]}
#   aliases: [CKV_K8S_21, AVD-KSV-0110]
#   remediation: Create a namespace for the application, and name it in `metadata.namespace`.
package parapet.kubernetes.namespaces.default_namespace

import rego.v1

# A manifest without a namespace goes where the deployment puts it, which it does not say.
deny contains {"path": ["metadata", "namespace"], "message": message} if {
	input.object.metadata.namespace == "default"
	message := sprintf("%s runs in the default namespace", [input.object.kind])
}
