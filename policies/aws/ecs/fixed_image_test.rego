package parapet.aws.ecs.fixed_image_test

import data.parapet.aws.ecs.fixed_image
import rego.v1

findings(values, config) := found if {
	found := fixed_image.deny with input as {"resource": {"values": values, "config": config}}
}

test_latest_fails if {
	findings({
		"container_definitions": "[{\"name\": \"web\", \"image\": \"registry.example.com:5000/web:latest\"}]",
	}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" has an image without a fixed version"},
	}
}

test_no_tag_fails if {
	findings({"container_definitions": "[{\"name\": \"web\", \"image\": \"registry.example.com:5000/web\"}]"}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" has an image without a fixed version"},
	}
}

test_version_passes if {
	count(findings({"container_definitions": "[{\"name\": \"web\", \"image\": \"web:1.4.2\"}]"}, {})) == 0
}

test_digest_passes if {
	count(findings({"container_definitions": "[{\"name\": \"web\", \"image\": \"web@sha256:0123\"}]"}, {})) == 0
}

test_unknown_says_nothing if count(findings({}, {"container_definitions": {}})) == 0
