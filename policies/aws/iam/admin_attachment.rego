# METADATA
# title: Policies of full administration are not attached
# description: With AdministratorAccess or IAMFullAccess, one leaked credential is the loss of the account.
# custom:
#   severity: medium
#   resources: [aws_iam_role_policy_attachment, aws_iam_user_policy_attachment, aws_iam_group_policy_attachment, aws_iam_policy_attachment, aws_iam_role]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   aliases: [CKV_AWS_274]
#   remediation: Attach a policy with what is needed; keep administration for a role that people assume for a while.
package parapet.aws.iam.admin_attachment

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
wide(arn) if regex.match(`^arn:aws[a-z-]*:iam::aws:policy/(AdministratorAccess|IAMFullAccess)$`, arn)

message(arn) := sprintf("%s is attached, which grants full administration", [regex.replace(arn, `^.*/`, "")])
