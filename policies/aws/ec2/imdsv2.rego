# METADATA
# title: EC2 instances accept IMDSv2 only
# description: With version 1 of the instance metadata service one forged request through a web application hands out the credentials of the instance's role. Left unset, the choice falls to the AMI and to an account setting.
# custom:
#   severity: high
#   resources: [aws_instance, aws_launch_template]
#   controls: {soc2: [CC6.1], cis-aws: ["5.6"], nist-800-53: [AC-3, AC-6]}
#   aliases: [CKV_AWS_79, AVD-AWS-0028, AVD-AWS-0130]
#   remediation: Set `http_tokens = "required"` in `metadata_options`, or turn the service off with `http_endpoint = "disabled"`.
package parapet.aws.ec2.imdsv2

import data.parapet.lib.aws_config
import rego.v1

deny contains {"path": ["metadata_options", 0, "http_tokens"], "message": "metadata can be read without a session token (IMDSv1)"} if {
	options := input.resource.values.metadata_options[0]
	not options.http_endpoint == "disabled"
	not options.http_tokens == "required"
	not tokens_left_to_account
}

deny contains {"message": "IMDSv2 is not required, as `http_tokens` is not set"} if {
	not input.resource.values.metadata_options[0].http_endpoint == "disabled"
	tokens_left_to_account
}

deny contains {"message": "IMDSv2 is not required, as `metadata_options` is not set"} if {
	no_options
	left_to_account
}

deny contains {"path": ["metadata_options"], "message": "IMDSv2 is not required"} if {
	no_options
	not left_to_account
}

no_options if not input.resource.values.metadata_options[0]

tokens_left_to_account if {
	not input.resource.values.metadata_options[0].http_tokens
	aws_config.omits(input.resource.config.metadata_options[0], "http_tokens")
}

# An instance may take its options from a launch template.
left_to_account if {
	aws_config.omits(input.resource.config, "metadata_options")
	aws_config.omits(input.resource.config, "launch_template")
}
