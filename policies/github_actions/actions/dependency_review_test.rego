package parapet.github_actions.actions.dependency_review_test

import data.parapet.github_actions.actions.dependency_review
import rego.v1

findings(document) := found if {
	found := dependency_review.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": ["push", "pull_request"],
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/dependency-review-action@v4"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "uses"],
			"message": "on push there is nothing to compare",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": ["push", "pull_request"],
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/dependency-review-action@v4",
						"if": "github.event_name == 'pull_request'",
					},
				],
			},
		},
	})) == 0
}

test_pull_requests_alone_passes if {
	count(findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/dependency-review-action@v4"}],
			},
		},
	})) == 0
}

test_condition_of_the_job_passes if {
	count(findings({
		"on": ["push", "pull_request"],
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"if": "github.event_name == 'pull_request'",
				"steps": [{"uses": "actions/dependency-review-action@v4"}],
			},
		},
	})) == 0
}

test_refs_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/dependency-review-action@v4",
						"with": {"base-ref": "main", "head-ref": "HEAD"},
					},
				],
			},
		},
	})) == 0
}
