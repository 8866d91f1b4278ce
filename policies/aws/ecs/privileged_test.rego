package parapet.aws.ecs.privileged_test

import data.parapet.aws.ecs.privileged
import rego.v1

findings(values, config) := found if {
	found := privileged.deny with input as {"resource": {"values": values, "config": config}}
}

test_privileged_fails if {
	findings({"container_definitions": "[{\"name\": \"web\", \"privileged\": true}]"}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" is privileged"},
	}
}

test_off_passes if {
	count(findings({"container_definitions": "[{\"name\": \"web\", \"privileged\": false}]"}, {})) == 0
}

test_default_passes if count(findings({"container_definitions": "[{\"name\": \"web\"}]"}, {})) == 0

test_unknown_says_nothing if count(findings({}, {"container_definitions": {}})) == 0
