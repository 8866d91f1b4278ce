package parapet.github_actions.jobs.cancel_outdated_test

import data.parapet.github_actions.jobs.cancel_outdated
import rego.v1

findings(document) := found if {
	found := cancel_outdated.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "pull_request",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	}) == {
		{"path": ["concurrency"], "message": "runs of outdated pushes are not cancelled"},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "pull_request",
		"concurrency": {"group": "${{ github.ref }}", "cancel-in-progress": true},
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_pushes_alone_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}

test_every_job_passes if {
	count(findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"concurrency": {"group": "${{ github.ref }}", "cancel-in-progress": true},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_group_alone_passes if {
	count(findings({
		"on": "pull_request",
		"concurrency": "deploy",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	})) == 0
}
