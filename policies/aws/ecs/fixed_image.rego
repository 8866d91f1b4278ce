# METADATA
# title: ECS images have a fixed tag or a digest
# description: Under `latest` or no tag the same task definition starts different programs on different days, and a rollback brings nothing back.
# custom:
#   severity: medium
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-2], iso-27001: [A.8.32]}
#   remediation: Name the version, or better the digest.
package parapet.aws.ecs.fixed_image

import data.parapet.lib.aws_containers
import rego.v1

deny contains {"path": ["container_definitions"], "message": message} if {
	some i, container in aws_containers.definitions(input.resource.values)
	moves(container.image)
	message := sprintf("%s has an image without a fixed version", [aws_containers.label(container, i)])
}

moves(image) if endswith(image, ":latest")

# A colon before the last slash belongs to the port of the registry.
moves(image) if {
	parts := split(image, "/")
	not contains(parts[count(parts) - 1], ":")
}
