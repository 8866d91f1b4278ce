# METADATA
# title: ECS gives up deployments that fail
# description: Without a circuit breaker, ECS starts tasks that crash for as long as it takes somebody to notice. Alarms that roll back count; deployments by CodeDeploy or by others are not judged.
# custom:
#   severity: low
#   resources: [aws_ecs_service]
#   controls: {soc2: [A1.2, CC8.1], nist-800-53: [CP-10, SI-17], iso-27001: [A.8.32]}
#   remediation: Add a `deployment_circuit_breaker` with `enable = true` and `rollback = true`.
package parapet.resilience.ecs.circuit_breaker

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "deployment_circuit_breaker", [0, "enable"], "a deployment that fails goes on for ever") if {
	not input.resource.values.deployment_circuit_breaker[0].enable
	not input.resource.values.deployment_controller[0].type in {"CODE_DEPLOY", "EXTERNAL"}
	not input.resource.values.alarms[0].rollback
}
