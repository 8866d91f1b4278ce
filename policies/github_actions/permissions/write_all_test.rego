package parapet.github_actions.permissions.write_all_test

import data.parapet.github_actions.permissions.write_all
import rego.v1

findings(document) := found if {
	found := write_all.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"permissions": "write-all",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	}) == {
		{"path": ["permissions"], "message": "every job may write everything"},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"permissions": "read-all",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_job_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"permissions": "write-all",
				"steps": [{"run": "make"}],
			},
		},
	}) == {
		{"path": ["jobs", "build", "permissions"], "message": "job build may write everything"},
	}
}

test_scopes_passes if {
	count(findings({
		"on": "push",
		"permissions": {"contents": "write"},
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}
