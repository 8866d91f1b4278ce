# METADATA
# title: ECS containers get secrets from a store
# description: Environment variables are readable by everyone who may describe the task definition, in every revision of it, for ever.
# custom:
#   severity: high
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], pci-dss: ["8.6.2"], iso-27001: [A.5.17]}
#   aliases: [AVD-AWS-0036]
#   remediation: Put the value into Secrets Manager or a SecureString parameter, and name it under `secrets`.
package parapet.aws.ecs.plain_secrets

import data.parapet.lib.aws_containers
import rego.v1

deny contains {"path": ["container_definitions"], "message": message} if {
	some i, container in aws_containers.definitions(input.resource.values)
	some variable in container.environment
	variable.value != ""
	secret(variable.name)
	message := sprintf("%s has a secret in an environment variable", [aws_containers.label(container, i)])
}

# The last word tells what the value is: DB_PASSWORD is one, PASSWORD_FILE and TOKEN_URL are not.
secret(name) if regex.match(`(?i)(password|passwd|secret|secret_?key|private_?key|api_?key|access_?key|token)$`, name)
