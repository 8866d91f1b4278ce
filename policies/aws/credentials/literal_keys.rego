# METADATA
# title: Programs are not started with access keys or private keys
# description: User data, environment variables and task definitions can be read by everyone who may describe them, and on the instance by every program.
# custom:
#   severity: critical
#   resources: [aws_instance, aws_launch_template, aws_launch_configuration, aws_lambda_function, aws_ecs_task_definition]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], pci-dss: ["8.6.2"], iso-27001: [A.5.17]}
#   remediation: Delete the key, give the program a role, and read other secrets from Secrets Manager at start.
package parapet.aws.credentials.literal_keys

import rego.v1

deny contains {"path": [argument], "message": sprintf("holds %s", [kind])} if {
	some argument in ["user_data", "container_definitions"]
	some kind in kinds_in(input.resource.values[argument])
}

# Providers before version 6 plan a hash of an instance's user data; only the configuration has the text.
deny contains {"path": ["user_data"], "message": sprintf("holds %s", [kind])} if {
	some kind in kinds_in(input.resource.config.user_data.constant_value)
}

# A launch template holds its user data in base64.
deny contains {"path": ["user_data"], "message": sprintf("holds %s", [kind])} if {
	text := input.resource.values.user_data
	base64.is_valid(text)
	some kind in kinds_in(base64.decode(text))
}

deny contains {"path": ["environment", 0, "variables"], "message": sprintf("%s holds %s", [name, kind])} if {
	some name, text in input.resource.values.environment[0].variables
	some kind in kinds_in(text)
}

kinds_in(text) := {kind |
	some kind, pattern in patterns
	regex.match(pattern, text)
}

patterns := {
	"an access key of AWS": `\b(AKIA|ASIA)[A-Z2-7]{16}\b`,
	"a private key": `-----BEGIN ([A-Z]+ )?PRIVATE KEY-----`,
}
