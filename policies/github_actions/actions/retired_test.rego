package parapet.github_actions.actions.retired_test

import data.parapet.github_actions.actions.retired
import rego.v1

findings(document) := found if {
	found := retired.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "actions/upload-artifact@v3"},
					{"uses": "anchore/syft-action@v0.15.0"},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "actions/upload-artifact@v3 was shut off by GitHub: use v4 or later",
		},
		{
			"path": ["jobs", "build", "steps", 1, "uses"],
			"message": "anchore/syft-action: there is no such action: Syft runs in anchore/sbom-action",
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
					{"uses": "actions/upload-artifact@v4"},
					{"uses": "anchore/sbom-action@v0"},
				],
			},
		},
	})) == 0
}

test_generator_as_step_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "slsa-framework/slsa-github-generator@v1.5.0"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "slsa-framework/slsa-github-generator: its generators are reusable workflows, for `uses` of a job",
		},
	}
}

test_minor_version_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "actions/cache@v2.1.0"}]}},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "actions/cache@v2.1.0 was shut off by GitHub: use v4 or later",
		},
	}
}

test_generator_workflow_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"a": {
				"uses": "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2.1.0",
			},
		},
	})) == 0
}

test_subdirectory_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "snyk/actions/node@v1"}]}},
	})) == 0
}
