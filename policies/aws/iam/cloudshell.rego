# METADATA
# title: CloudShell with file transfer is not given out
# description: AWSCloudShellFullAccess lets people carry data out of the account through a shell that has internet access.
# custom:
#   severity: low
#   resources: [aws_iam_role_policy_attachment, aws_iam_user_policy_attachment, aws_iam_group_policy_attachment, aws_iam_policy_attachment, aws_iam_role]
#   controls: {soc2: [CC6.3, CC6.7], cis-aws: ["1.22"], nist-800-53: [AC-6], iso-27001: [A.8.12]}
#   remediation: Detach the policy; write one that denies `cloudshell:GetFileDownloadUrls` and `cloudshell:GetFileUploadUrls` where a shell is needed.
package parapet.aws.iam.cloudshell

import rego.v1

deny contains {"path": ["policy_arn"], "message": message(input.resource.values.policy_arn)} if {
	wide(input.resource.values.policy_arn)
}

deny contains {"path": ["managed_policy_arns", i], "message": message(arn)} if {
	some i, arn in input.resource.values.managed_policy_arns
	wide(arn)
}

# A policy that the same plan makes is none of AWS's own.
deny contains {"path": ["policy_arn"], "message": "the policy is not known"} if {
	input.resource.config.policy_arn
	not input.resource.values.policy_arn
	not made_here
}

made_here if {
	some reference in input.resource.config.policy_arn.references
	startswith(reference, "aws_iam_policy.")
}

# Without the argument a role has the policies that others attach to it.
deny contains {"path": ["managed_policy_arns"], "message": "the policies are not known"} if {
	input.resource.config.managed_policy_arns
	not is_array(input.resource.values.managed_policy_arns)
}

# AWS's own policies, in any partition.
wide(arn) if regex.match(`^arn:aws[a-z-]*:iam::aws:policy/(AWSCloudShellFullAccess)$`, arn)

message(arn) := sprintf("%s is attached, which lets data be carried out", [regex.replace(arn, `^.*/`, "")])
