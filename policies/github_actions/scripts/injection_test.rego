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

pasting(expression) := count(findings({
	"on": "pull_request",
	"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": concat("", ["echo ${{ ", expression, " }}"])}]}},
}))

test_what_comes_out_after_a_condition_fails if {
	every expression in [
		"github.event_name == 'pull_request' && github.head_ref || github.ref_name",
		"(github.event_name == 'pull_request' && github.head_ref) || github.ref_name",
		"github.base_ref != '' && github.head_ref",
	] {
		pasting(expression) == 1
	}
}

test_text_that_only_decides_passes if {
	pasting("github.event.issue.title == 'x' && 'a' || 'b'") == 0
	pasting("github.head_ref && 'branch' || 'tag'") == 0
	pasting("contains(github.head_ref || github.ref_name, 'dev')") == 0
	pasting("github.event.action == 'opened' && startsWith(github.head_ref, 'dev/') || false") == 0
}

test_other_spellings_fail if {
	every expression in [
		"github['event']['pull_request']['title']",
		"github.event.commits[0].message",
		"format('{0}-{1}', github.head_ref, github.run_id)",
		"toJSON(github)",
		"toJson( github.event.pull_request )",
	] {
		pasting(expression) == 1
	}
}

test_text_of_what_nobody_writes_passes if {
	pasting("toJSON(github.event.pull_request.number)") == 0
	pasting("toJSON(matrix)") == 0
	pasting("format('{0}', github.sha)") == 0
}
