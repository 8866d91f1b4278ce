package parapet.github_actions.release.sign_digest_test

import data.parapet.github_actions.release.sign_digest
import rego.v1

findings(document) := found if {
	found := sign_digest.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "cosign sign --yes \\\n  registry.example.com/app:${{ github.sha }}\n"},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "registry.example.com/app:${{github.sha}} is signed by its tag",
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
						"run": "cosign sign --yes registry.example.com/app@${{ steps.push.outputs.digest }}",
					},
				],
			},
		},
	})) == 0
}

test_variable_digest_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "cosign sign --yes -a run=a:b \"registry.example.com/app@$DIGEST\""},
				],
			},
		},
	})) == 0
}

test_file_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "cosign sign-blob --yes app.tgz"}],
			},
		},
	})) == 0
}

test_reference_in_a_variable_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "cosign sign --yes \"$IMAGE\""}]},
		},
	})) == 0
}
