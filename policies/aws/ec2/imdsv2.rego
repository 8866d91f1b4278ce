# METADATA
# title: EC2 instances accept IMDSv2 only
# description: With version 1 of the instance metadata service one forged request through a web application hands out the credentials of the instance's role. Left unset, the choice falls to the AMI and to the metadata defaults of the account and region, which count when the plan manages them.
# custom:
#   severity: high
#   scope: plan
#   resources: [aws_instance, aws_launch_template, aws_ec2_instance_metadata_defaults]
#   controls: {soc2: [CC6.1], cis-aws: ["5.6"], nist-800-53: [AC-3, AC-6]}
#   aliases: [CKV_AWS_79, AVD-AWS-0028, AVD-AWS-0130]
#   remediation: Set `http_tokens = "required"` in `metadata_options`, or turn the service off with `http_endpoint = "disabled"`.
package parapet.aws.ec2.imdsv2

import data.parapet.lib.aws_config
import rego.v1

machines := array.concat(
	[instance | some instance in input.plan.by_type.aws_instance],
	[template | some template in input.plan.by_type.aws_launch_template],
)

deny contains {"address": machine.address, "path": ["metadata_options", 0, "http_tokens"], "message": message} if {
	some machine in machines
	options := machine.values.metadata_options[0]
	not options.http_endpoint == "disabled"
	not options.http_tokens == "required"
	not tokens_left_to_account(machine)
	message := "metadata can be read without a session token (IMDSv1)"
}

deny contains {"address": machine.address, "message": "IMDSv2 is not required, as `http_tokens` is not set"} if {
	some machine in machines
	not machine.values.metadata_options[0].http_endpoint == "disabled"
	tokens_left_to_account(machine)
	not required_by_account(machine)
}

deny contains {"address": machine.address, "message": "IMDSv2 is not required, as `metadata_options` is not set"} if {
	some machine in without_options
	left_to_account(machine)
	not required_by_account(machine)
}

deny contains {"address": machine.address, "path": ["metadata_options"], "message": "IMDSv2 is not required"} if {
	some machine in without_options
	not left_to_account(machine)
}

without_options := [machine |
	some machine in machines
	not machine.values.metadata_options[0]
]

tokens_left_to_account(machine) if {
	not machine.values.metadata_options[0].http_tokens
	aws_config.omits(machine.config.metadata_options[0], "http_tokens")
}

# An instance may take its options from a launch template.
left_to_account(machine) if {
	aws_config.omits(machine.config, "metadata_options")
	aws_config.omits(machine.config, "launch_template")
}

# Regions are compared where the provider tells them, from version 6 on.
required_by_account(machine) if {
	some setting in input.plan.by_type.aws_ec2_instance_metadata_defaults
	setting.values.http_tokens == "required"
	not setting.values.region != machine.values.region
}
