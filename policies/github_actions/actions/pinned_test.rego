package parapet.github_actions.actions.pinned_test

import data.parapet.github_actions.actions.pinned
import rego.v1

findings(document) := found if {
	found := pinned.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "actions/checkout@v4"}]}},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "actions/checkout is the tag v4, and not a commit",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd"}],
			},
		},
	})) == 0
}

test_reusable_workflow_fails if {
	findings({"on": "push", "jobs": {"a": {"uses": "acme/flows/.github/workflows/a.yml@v1"}}}) == {
		{
			"path": ["jobs", "a", "uses"],
			"message": "acme/flows/.github/workflows/a.yml is the tag v1, and not a commit",
		},
	}
}

test_own_action_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "./.github/actions/build"}]},
		},
	})) == 0
}

test_image_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "docker://alpine:3.20"}]}},
	})) == 0
}

test_slsa_generator_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"a": {
				"uses": "slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@v2.1.0",
			},
		},
	})) == 0
}

test_branch_is_another_rules_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "actions/checkout@main"}]}},
	})) == 0
}

test_no_action_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}
