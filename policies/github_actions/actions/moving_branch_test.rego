package parapet.github_actions.actions.moving_branch_test

import data.parapet.github_actions.actions.moving_branch
import rego.v1

findings(document) := found if {
	found := moving_branch.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "aquasecurity/trivy-action@master"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "aquasecurity/trivy-action runs whatever is on master",
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
					{"uses": "aquasecurity/trivy-action@b6643a29fecd7f34b3597bc6acb0a98b03d33ff8"},
				],
			},
		},
	})) == 0
}

test_no_ref_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "acme/scan"}]}},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "acme/scan runs whatever is on its default branch",
		},
	}
}

test_reusable_workflow_fails if {
	findings({"on": "push", "jobs": {"a": {"uses": "acme/flows/.github/workflows/a.yml@main"}}}) == {
		{
			"path": ["jobs", "a", "uses"],
			"message": "acme/flows/.github/workflows/a.yml runs whatever is on main",
		},
	}
}

test_tag_is_another_rules_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "acme/scan@v1"}]}},
	})) == 0
}

test_own_workflow_passes if {
	count(findings({"on": "push", "jobs": {"a": {"uses": "./.github/workflows/a.yml"}}})) == 0
}
