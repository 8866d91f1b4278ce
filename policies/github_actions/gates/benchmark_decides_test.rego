package parapet.github_actions.gates.benchmark_decides_test

import data.parapet.github_actions.gates.benchmark_decides
import rego.v1

findings(document) := found if {
	found := benchmark_decides.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make benchmark || true"}]}},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "the result of the benchmark is ignored",
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
					{"run": "make benchmark"},
					{"run": "parapet gate benchmark --baseline main.json --current bench.json"},
				],
			},
		},
	})) == 0
}

test_allowed_to_fail_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "k6 run load.js", "continue-on-error": true}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "continue-on-error"],
			"message": "the result of the benchmark is ignored",
		},
	}
}

test_alert_alone_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "benchmark-action/github-action-benchmark@v1",
						"with": {"tool": "cargo", "output-file-path": "out.txt"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "fail-on-alert"],
			"message": "a slowdown raises an alert and fails nothing",
		},
	}
}

test_alert_that_fails_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "benchmark-action/github-action-benchmark@v1",
						"with": {
							"tool": "cargo",
							"output-file-path": "out.txt",
							"fail-on-alert": true,
						},
					},
				],
			},
		},
	})) == 0
}

test_other_command_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make test || true"}]}},
	})) == 0
}

steps(list) := {"on": "push", "jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": list}}}

test_action_ignored_fails if {
	findings(steps([{"uses": "benchmark-action/github-action-benchmark@v1", "continue-on-error": true, "with": {"fail-on-alert": true}}])) == {
		{"path": ["jobs", "build", "steps", 0, "continue-on-error"], "message": "the result of the benchmark is ignored"},
	}
}

test_other_action_ignored_passes if {
	count(findings(steps([{"uses": "actions/cache@v4", "continue-on-error": true}]))) == 0
}
