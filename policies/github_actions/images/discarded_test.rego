package parapet.github_actions.images.discarded_test

import data.parapet.github_actions.images.discarded
import rego.v1

findings(document) := found if {
	found := discarded.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/build-push-action@v6",
						"with": {"context": ".", "tags": "registry.example.com/app:1"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "the image has tags, and is neither pushed nor loaded",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/build-push-action@v6",
						"with": {"context": ".", "push": true, "tags": "registry.example.com/app:1"},
					},
				],
			},
		},
	})) == 0
}

test_test_build_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/build-push-action@v6",
						"with": {
							"context": ".",
							"push": false,
							"tags": "registry.example.com/app:1",
						},
					},
				],
			},
		},
	})) == 0
}

test_exported_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/build-push-action@v6",
						"with": {
							"context": ".",
							"outputs": "type=oci,dest=app.tar",
							"tags": "registry.example.com/app:1",
						},
					},
				],
			},
		},
	})) == 0
}

test_no_tags_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "docker/build-push-action@v6", "with": {"context": "."}}],
			},
		},
	})) == 0
}
