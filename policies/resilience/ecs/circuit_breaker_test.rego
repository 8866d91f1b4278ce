package parapet.resilience.ecs.circuit_breaker_test

import data.parapet.resilience.ecs.circuit_breaker
import rego.v1

findings(values, config) := found if {
	found := circuit_breaker.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if findings({}, {"name": {}}) == {{"message": "a deployment that fails goes on for ever"}}

test_off_fails if {
	findings({"deployment_circuit_breaker": [{"enable": false}]}, {"deployment_circuit_breaker": [{"enable": {}}]}) == {
		{"path": ["deployment_circuit_breaker", 0, "enable"], "message": "a deployment that fails goes on for ever"},
	}
}

test_on_passes if count(findings({"deployment_circuit_breaker": [{"enable": true}]}, {})) == 0

test_codedeploy_passes if {
	count(findings({"deployment_controller": [{"type": "CODE_DEPLOY"}]}, {"name": {}})) == 0
}

test_alarms_pass if count(findings({"alarms": [{"rollback": true}]}, {"name": {}})) == 0
