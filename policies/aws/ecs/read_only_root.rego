# METADATA
# title: ECS containers cannot change their own file system
# description: What cannot be written cannot be replaced by an intruder.
# custom:
#   severity: low
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC6.8], nist-800-53: [CM-5, SI-7], iso-27001: [A.8.19]}
#   aliases: [CKV_AWS_336]
#   remediation: Set `readonlyRootFilesystem = true`, and mount a volume where the program writes.
package parapet.aws.ecs.read_only_root

import data.parapet.lib.aws_containers
import rego.v1

deny contains {"path": ["container_definitions"], "message": message} if {
	some i, container in aws_containers.definitions(input.resource.values)
	not container.readonlyRootFilesystem
	message := sprintf("%s has a root file system that can be written", [aws_containers.label(container, i)])
}
