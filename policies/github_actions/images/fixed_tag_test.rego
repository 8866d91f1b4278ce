package parapet.github_actions.images.fixed_tag_test

import data.parapet.github_actions.images.fixed_tag
import rego.v1

findings(document) := found if {
	found := fixed_tag.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"container": "node:latest",
				"steps": [{"run": "make"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "container"],
			"message": "image node:latest has no fixed version",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"container": "node:22.20.0",
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_no_tag_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"services": {"db": {"image": "postgres"}},
				"steps": [{"run": "make"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "services", "db", "image"],
			"message": "image postgres has no fixed version",
		},
	}
}

test_action_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "docker://alpine:edge"}]}},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "image alpine:edge has no fixed version",
		},
	}
}

test_container_with_options_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"container": {"image": "registry.example.com:5000/app", "options": "--cpus 1"},
				"steps": [{"run": "make"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "container", "image"],
			"message": "image registry.example.com:5000/app has no fixed version",
		},
	}
}

test_builder_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/setup-buildx-action@v3",
						"with": {"driver-opts": "network=host\nimage=moby/buildkit:master\n"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "driver-opts"],
			"message": "image moby/buildkit:master has no fixed version",
		},
	}
}

test_digest_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"container": "node@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_expression_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"container": "${{ matrix.image }}",
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_fixed_builder_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/setup-buildx-action@v3",
						"with": {"driver-opts": "image=moby/buildkit:v0.25.0"},
					},
				],
			},
		},
	})) == 0
}
