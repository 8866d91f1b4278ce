package parapet.github_actions.matrix.unused_dimension_test

import data.parapet.github_actions.matrix.unused_dimension
import rego.v1

findings(document) := found if {
	found := unused_dimension.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python-version": ["3.12", "3.13"]}},
				"steps": [{"run": "pytest"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "strategy", "matrix", "python-version"],
			"message": "nothing in job build uses `matrix.python-version`",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python-version": ["3.12", "3.13"]}},
				"steps": [
					{
						"uses": "actions/setup-python@v6",
						"with": {"python-version": "${{ matrix.python-version }}"},
					},
					{"run": "pytest"},
				],
			},
		},
	})) == 0
}

test_cache_key_alone_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python": ["3.12", "3.13"]}},
				"steps": [
					{
						"uses": "actions/cache@v4",
						"with": {"path": "a", "key": "a-${{ matrix.python }}"},
					},
					{"run": "pytest"},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "strategy", "matrix", "python"],
			"message": "nothing in job build uses `matrix.python`",
		},
	}
}

test_runner_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"a": {
				"runs-on": "${{ matrix.os }}",
				"strategy": {"matrix": {"os": ["ubuntu-24.04", "macos-15"]}},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}

test_one_value_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python": ["3.13"]}},
				"steps": [{"run": "pytest"}],
			},
		},
	})) == 0
}

test_all_at_once_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python": ["3.12", "3.13"]}},
				"steps": [{"run": "echo '${{ toJSON(matrix) }}'"}],
			},
		},
	})) == 0
}

test_index_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": {"python": ["3.12", "3.13"]}},
				"steps": [{"run": "echo ${{ matrix['python'] }}"}],
			},
		},
	})) == 0
}

test_computed_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"strategy": {"matrix": "${{ fromJSON(needs.plan.outputs.matrix) }}"},
				"steps": [{"run": "make"}],
			},
		},
	})) == 0
}
