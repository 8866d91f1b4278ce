package parapet.github_actions.release.provenance_test

import data.parapet.github_actions.release.provenance
import rego.v1

findings(document) := found if {
	found := provenance.deny with input as {"document": document}
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
						"with": {
							"context": ".",
							"push": true,
							"tags": "registry.example.com/app:1",
							"provenance": false,
						},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "this image is released without provenance",
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
							"provenance": false,
						},
					},
					{
						"uses": "actions/attest-build-provenance@v3",
						"with": {"subject-name": "registry.example.com/app"},
					},
				],
			},
		},
	})) == 0
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
			"message": "this image is released without provenance",
		},
	}
}

test_switched_off_fails if {
	findings({
		"on": "push",
		"env": {"BUILDX_NO_DEFAULT_ATTESTATIONS": 1},
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
			"message": "this image is released without provenance",
		},
	}
}

test_default_of_the_action_passes if {
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

test_cosign_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"run": "docker push a/b:1\ncosign attest --yes --type slsaprovenance --predicate p.json a/b@$DIGEST\n",
					},
				],
			},
		},
	})) == 0
}

test_buildx_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "docker buildx build --push --provenance=mode=max -t a/b:1 ."}],
			},
		},
	})) == 0
}

test_release_files_alone_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "gh release create v1 app.tgz"}]},
		},
	})) == 0
}

test_reusable_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"uses": "./.github/workflows/build.yml"},
			"push": {"runs-on": "ubuntu-24.04", "steps": [{"run": "docker push a/b:1"}]},
		},
	})) == 0
}
