package parapet.aws.ecs.logging_test

import data.parapet.aws.ecs.logging
import rego.v1

findings(values, config) := found if {
	found := logging.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({"container_definitions": "[{\"name\": \"web\"}]"}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" sends its logs nowhere"},
	}
}

test_awslogs_passes if {
	count(findings({
		"container_definitions": "[{\"name\": \"web\", \"logConfiguration\": {\"logDriver\": \"awslogs\"}}]",
	}, {})) == 0
}

test_log_router_passes if {
	count(findings({
		"container_definitions": "[{\"name\": \"web\", \"firelensConfiguration\": {\"type\": \"fluentbit\"}}]",
	}, {})) == 0
}

test_unknown_says_nothing if count(findings({}, {"container_definitions": {}})) == 0
