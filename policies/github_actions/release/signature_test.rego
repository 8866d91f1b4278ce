package parapet.github_actions.release.signature_test

import data.parapet.github_actions.release.signature
import rego.v1

findings(document) := found if {
	found := signature.deny with input as {"document": document}
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
		{"path": ["jobs", "build", "steps", 0], "message": "this is released without a signature"},
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
					{"run": "cosign sign --yes registry.example.com/app@$DIGEST"},
				],
			},
		},
	})) == 0
}

test_release_files_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "softprops/action-gh-release@v2", "with": {"files": "app.tgz"}}],
			},
		},
	}) == {
		{"path": ["jobs", "build", "steps", 0], "message": "this is released without a signature"},
	}
}

test_attested_passes if {
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
					{
						"uses": "actions/attest-build-provenance@v3",
						"with": {
							"subject-name": "registry.example.com/app",
							"push-to-registry": true,
						},
					},
				],
			},
		},
	})) == 0
}

test_notation_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "docker push a/b:1 && notation sign a/b@$DIGEST"}],
			},
		},
	})) == 0
}

test_gpg_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "gpg --detach-sign app.tgz && gh release create v1 app.tgz app.tgz.sig"},
				],
			},
		},
	})) == 0
}

test_nothing_released_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_reusable_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"sign": {"uses": "./.github/workflows/sign.yml"},
			"push": {"runs-on": "ubuntu-24.04", "steps": [{"run": "docker push a/b:1"}]},
		},
	})) == 0
}
