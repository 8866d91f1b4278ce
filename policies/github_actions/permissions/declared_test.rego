package parapet.github_actions.permissions.declared_test

import data.parapet.github_actions.permissions.declared
import rego.v1

findings(document) := found if {
	found := declared.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	}) == {
		{
			"path": ["permissions"],
			"message": "neither the workflow nor any job of it names permissions",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"permissions": {"contents": "read"},
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_one_of_two_jobs_fails if {
	findings({
		"on": "push",
		"jobs": {
			"a": {"runs-on": "ubuntu-24.04", "permissions": {}, "steps": [{"run": "make"}]},
			"b": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]},
		},
	}) == {
		{
			"path": ["jobs", "b"],
			"message": "job b says nothing of permissions, and neither does the workflow",
		},
	}
}

test_every_job_passes if {
	count(findings({
		"on": "push",
		"jobs": {"a": {"runs-on": "ubuntu-24.04", "permissions": {}, "steps": [{"run": "make"}]}},
	})) == 0
}

test_read_all_passes if {
	count(findings({
		"on": "push",
		"permissions": "read-all",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_none_passes if {
	count(findings({
		"on": "push",
		"permissions": {},
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}
