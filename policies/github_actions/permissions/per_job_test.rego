package parapet.github_actions.permissions.per_job_test

import data.parapet.github_actions.permissions.per_job
import rego.v1

findings(document) := found if {
	found := per_job.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"permissions": {"packages": "write"},
		"jobs": {
			"test": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make test"}]},
			"push": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make push"}]},
		},
	}) == {
		{"path": ["permissions", "packages"], "message": "all 2 jobs may write to packages"},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"permissions": {"contents": "read"},
		"jobs": {
			"test": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make test"}]},
			"push": {
				"runs-on": "ubuntu-24.04",
				"permissions": {"packages": "write"},
				"steps": [{"run": "make push"}],
			},
		},
	})) == 0
}

test_only_job_passes if {
	count(findings({
		"on": "push",
		"permissions": {"packages": "write"},
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_others_have_their_own_passes if {
	count(findings({
		"on": "push",
		"permissions": {"packages": "write"},
		"jobs": {
			"test": {"runs-on": "ubuntu-24.04", "permissions": {}, "steps": [{"run": "make test"}]},
			"push": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make push"}]},
		},
	})) == 0
}
