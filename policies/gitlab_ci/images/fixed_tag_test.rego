package parapet.gitlab_ci.images.fixed_tag_test

import data.parapet.gitlab_ci.images.fixed_tag
import rego.v1

findings(document) := found if {
	found := fixed_tag.deny with input as {"document": document}
}

pipeline(job) := {"stages": ["test"], "test": object.union({"script": ["make"]}, job)}

test_bad_example_fails if {
	findings(pipeline({"image": "node:latest", "services": ["postgres"]})) == {
		{"path": ["test", "image"], "message": "image node:latest has no fixed version"},
		{"path": ["test", "services", 0], "message": "image postgres has no fixed version"},
	}
}

test_good_example_passes if {
	count(findings(pipeline({"image": "node:22.20.0", "services": ["postgres:17.6"]}))) == 0
}

test_default_and_top_fail if {
	findings({"stages": ["a"], "default": {"image": {"name": "registry.example.com:5000/app"}}, "services": [{"name": "redis:edge"}], "a": {"script": ["make"]}}) == {
		{"path": ["default", "image", "name"], "message": "image registry.example.com:5000/app has no fixed version"},
		{"path": ["services", 0, "name"], "message": "image redis:edge has no fixed version"},
	}
}

test_digests_and_variables_pass if {
	count(findings(pipeline({"image": "node@sha256:aaaa", "services": ["$DATABASE_IMAGE", "python:${PYTHON}-slim"]}))) == 0
}
