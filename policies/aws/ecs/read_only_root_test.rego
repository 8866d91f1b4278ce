package parapet.aws.ecs.read_only_root_test

import data.parapet.aws.ecs.read_only_root
import rego.v1

findings(values, config) := found if {
	found := read_only_root.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"container_definitions": "[{\"name\": \"web\", \"readonlyRootFilesystem\": false}]"}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" has a root file system that can be written"},
	}
}

test_default_fails if {
	findings({"container_definitions": "[{\"name\": \"web\"}]"}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" has a root file system that can be written"},
	}
}

test_on_passes if {
	count(findings({"container_definitions": "[{\"name\": \"web\", \"readonlyRootFilesystem\": true}]"}, {})) == 0
}

test_unknown_says_nothing if count(findings({}, {"container_definitions": {}})) == 0
