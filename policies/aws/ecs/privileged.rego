# METADATA
# title: ECS containers are not privileged
# description: A privileged container is root on its host, and so on every other task there.
# custom:
#   severity: high
#   resources: [aws_ecs_task_definition]
#   controls: {soc2: [CC6.1, CC6.3], nist-800-53: [AC-6], pci-dss: ["7.2.2"], iso-27001: [A.5.15, A.8.2]}
#   aliases: [CKV_AWS_334]
#   remediation: Remove `privileged`; add the single Linux capability that is needed.
package parapet.aws.ecs.privileged

import data.parapet.lib.aws_containers
import rego.v1

deny contains {"path": ["container_definitions"], "message": message} if {
	some i, container in aws_containers.definitions(input.resource.values)
	container.privileged == true
	message := sprintf("%s is privileged", [aws_containers.label(container, i)])
}
