package parapet.github_actions.triggers.untrusted_checkout_test

import data.parapet.github_actions.triggers.untrusted_checkout
import rego.v1

findings(document) := found if {
	found := untrusted_checkout.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "pull_request_target",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/checkout@v4",
						"with": {"ref": "${{ github.event.pull_request.head.sha }}"},
					},
					{"run": "make test"},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "ref"],
			"message": "code of a pull request is checked out with the secrets of pull_request_target",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/checkout@v4",
						"with": {"ref": "${{ github.event.pull_request.head.sha }}"},
					},
					{"run": "make test"},
				],
			},
		},
	})) == 0
}

test_by_hand_fails if {
	findings({
		"on": ["pull_request_target"],
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "gh pr checkout ${{ github.event.number }}"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "code of a pull request is checked out with the secrets of pull_request_target",
		},
	}
}

test_repository_of_the_fork_fails if {
	findings({
		"on": "pull_request_target",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/checkout@v4",
						"with": {
							"repository": "${{ github.event.pull_request.head.repo.full_name }}",
						},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "repository"],
			"message": "code of a pull request is checked out with the secrets of pull_request_target",
		},
	}
}

test_workflow_run_fails if {
	findings({
		"on": {"workflow_run": {"workflows": ["ci"]}},
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/checkout@v4",
						"with": {"ref": "${{ github.event.workflow_run.head_sha }}"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "ref"],
			"message": "code of a pull request is checked out with the secrets of workflow_run",
		},
	}
}

test_base_passes if {
	count(findings({
		"on": "pull_request_target",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/checkout@v4"}, {"run": "make label"}],
			},
		},
	})) == 0
}

test_no_checkout_passes if {
	count(findings({
		"on": "pull_request_target",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "actions/labeler@v6"}]}},
	})) == 0
}
