# METADATA
# title: ECS containers send their logs somewhere
# description: Without a log driver, what a container wrote is gone with it.
# custom:
#   severity: medium
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   remediation: Add `logConfiguration`, for instance with the driver `awslogs`.
package parapet.aws.ecs.logging

import data.parapet.lib.aws_containers
import rego.v1

deny contains {"path": ["container_definitions"], "message": message} if {
	some i, container in aws_containers.definitions(input.resource.values)
	not container.logConfiguration.logDriver
	not router(container)
	message := sprintf("%s sends its logs nowhere", [aws_containers.label(container, i)])
}

# The container that forwards the logs of the others.
router(container) if container.firelensConfiguration
