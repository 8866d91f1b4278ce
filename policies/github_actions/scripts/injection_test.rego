package parapet.github_actions.scripts.injection_test

import data.parapet.github_actions.scripts.injection
import rego.v1

findings(document) := found if {
	found := injection.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "echo \"${{ github.event.pull_request.title }}\""}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "`github.event.pull_request.title` is pasted into the script",
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
						"env": {"TITLE": "${{ github.event.pull_request.title }}"},
						"run": "echo \"$TITLE\"",
					},
				],
			},
		},
	})) == 0
}

test_branch_fails if {
	findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "git switch ${{ github.head_ref || github.ref_name }}"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "`github.head_ref || github.ref_name` is pasted into the script",
		},
	}
}

test_javascript_fails if {
	findings({
		"on": "issue_comment",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "actions/github-script@v8",
						"with": {"script": "console.log('${{ github.event.comment.body }}')"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "script"],
			"message": "`github.event.comment.body` is pasted into the script",
		},
	}
}

test_condition_passes if {
	count(findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"run": "make deploy FORCE=${{ contains(github.event.pull_request.title, '[force]') }}",
					},
				],
			},
		},
	})) == 0
}

test_commit_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make TAG=${{ github.sha }}"}]},
		},
	})) == 0
}

test_comparison_passes if {
	count(findings({
		"on": "pull_request",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "make MAIN=${{ github.head_ref == 'main' }}"}],
			},
		},
	})) == 0
}
