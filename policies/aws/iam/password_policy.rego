# METADATA
# title: The account's password policy asks for long, fresh passwords
# description: Short or reused passwords of console users are guessed, or known from elsewhere.
# custom:
#   severity: medium
#   resources: [aws_iam_account_password_policy]
#   controls: {soc2: [CC6.1], cis-aws: ["1.8", "1.9"], nist-800-53: [IA-5]}
#   remediation: Set `minimum_password_length` to 14 or more and `password_reuse_prevention` to 24.
package parapet.aws.iam.password_policy

import data.parapet.lib.aws_config
import rego.v1

shortest := 14

remembered := 24

deny contains {"path": ["minimum_password_length"], "message": message} if {
	not input.resource.values.minimum_password_length >= shortest
	message := sprintf("passwords may be shorter than %d characters", [shortest])
}

deny contains {"path": ["password_reuse_prevention"], "message": message} if {
	not input.resource.values.password_reuse_prevention >= remembered
	not reuse_by_default
	message := sprintf("fewer than %d former passwords are refused", [remembered])
}

deny contains {"message": "former passwords may be reused, as `password_reuse_prevention` is not set"} if reuse_by_default

reuse_by_default if {
	not input.resource.values.password_reuse_prevention
	aws_config.omits(input.resource.config, "password_reuse_prevention")
}
