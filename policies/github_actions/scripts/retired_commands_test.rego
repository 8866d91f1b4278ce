package parapet.github_actions.scripts.retired_commands_test

import data.parapet.github_actions.scripts.retired_commands
import rego.v1

findings(document) := found if {
	found := retired_commands.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "echo \"::set-output name=tag::v1\""}],
			},
		},
	}) == {
		{"path": ["jobs", "build", "steps", 0, "run"], "message": "`::set-output` is retired"},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "echo \"tag=v1\" >> \"$GITHUB_OUTPUT\""}],
			},
		},
	})) == 0
}

test_annotation_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "echo \"::warning ::old\""}]},
		},
	})) == 0
}
