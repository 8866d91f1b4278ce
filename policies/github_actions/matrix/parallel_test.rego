package parapet.github_actions.matrix.parallel_test

import data.parapet.github_actions.matrix.parallel
import rego.v1

findings(document) := found if {
	found := parallel.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"max-parallel": 1, "matrix": {"os": ["a", "b"]}},
				"steps": [{"run": "make"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "strategy", "max-parallel"],
			"message": "the runs of job build wait for each other",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"os": ["a", "b"]}},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_deployment_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"strategy": {"max-parallel": 1, "matrix": {"region": ["a", "b"]}},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_some_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"max-parallel": 4, "matrix": {"os": ["a", "b"]}},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}
