# METADATA
# title: EKS logs what its control plane is asked
# description: The audit log tells who did what through the Kubernetes API, the authenticator log which IAM identity they were. EKS keeps neither unless told to.
# custom:
#   severity: medium
#   resources: [aws_eks_cluster]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12]}
#   aliases: [CKV_AWS_37, AVD-AWS-0038]
#   remediation: Add `audit` and `authenticator` to `enabled_cluster_log_types`.
package parapet.aws.eks.control_plane_logging

import rego.v1

needed := {"audit", "authenticator"}

deny contains {"path": ["enabled_cluster_log_types"], "message": sprintf("logs not kept: %s", [concat(", ", sort(missing))])} if {
	missing := needed - enabled
	count(missing) > 0
}

enabled := {type | some type in input.resource.values.enabled_cluster_log_types}
