package parapet.github_actions.matrix.fail_fast_test

import data.parapet.github_actions.matrix.fail_fast
import rego.v1

findings(document) := found if {
	found := fail_fast.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"check": ["lint", "types", "licences"]}},
				"steps": [{"run": "make ${{ matrix.check }}"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "strategy", "fail-fast"],
			"message": "the first of the different checks of job build that fails cancels the others",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"fail-fast": false, "matrix": {"check": ["lint", "types", "licences"]}},
				"steps": [{"run": "make ${{ matrix.check }}"}],
			},
		},
	})) == 0
}

test_deployment_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"strategy": {"matrix": {"region": ["a", "b"]}},
				"steps": [{"run": "make deploy"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "strategy", "fail-fast"],
			"message": "a failure cancels the other deployments of job build half way",
		},
	}
}

test_versions_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python": ["3.12", "3.13"]}},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_no_matrix_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}
