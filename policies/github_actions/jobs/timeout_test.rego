package parapet.github_actions.jobs.timeout_test

import data.parapet.github_actions.jobs.timeout
import rego.v1

findings(document) := found if {
	found := timeout.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}},
	}) == {
		{"path": ["jobs", "build", "timeout-minutes"], "message": "job build may run for six hours"},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "timeout-minutes": 15, "steps": [{"run": "make"}]},
		},
	})) == 0
}

test_every_step_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make", "timeout-minutes": 5}]},
		},
	})) == 0
}

test_called_workflow_passes if {
	count(findings({"on": "push", "jobs": {"a": {"uses": "./.github/workflows/a.yml"}}})) == 0
}

test_expression_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"timeout-minutes": "${{ fromJSON(vars.LIMIT) }}",
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}
