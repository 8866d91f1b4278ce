package parapet.github_actions.release.sbom_test

import data.parapet.github_actions.release.sbom
import rego.v1

findings(document) := found if {
	found := sbom.deny with input as {"document": document}
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
						"with": {"context": ".", "push": true, "tags": "registry.example.com/app:1"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "this is released without a bill of materials",
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
						"with": {
							"context": ".",
							"push": true,
							"tags": "registry.example.com/app:1",
							"sbom": true,
						},
					},
				],
			},
		},
	})) == 0
}

test_release_files_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "gh release create v1 app.tgz"}]},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "this is released without a bill of materials",
		},
	}
}

test_push_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "docker push registry.example.com/app:1"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "this is released without a bill of materials",
		},
	}
}

test_syft_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "docker push registry.example.com/app:1"},
					{"run": "syft registry.example.com/app:1 -o spdx-json"},
				],
			},
		},
	})) == 0
}

test_action_passes if {
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
					{"uses": "anchore/sbom-action@v0"},
				],
			},
		},
	})) == 0
}

test_goreleaser_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "goreleaser/goreleaser-action@v6"},
					{"run": "gh release upload v1 x"},
				],
			},
		},
	})) == 0
}

test_nothing_released_passes if {
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

test_reusable_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"sbom": {"uses": "./.github/workflows/sbom.yml"},
			"push": {"runs-on": "ubuntu-24.04", "steps": [{"run": "docker push a/b:1"}]},
		},
	})) == 0
}
