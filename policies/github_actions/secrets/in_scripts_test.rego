package parapet.github_actions.secrets.in_scripts_test

import data.parapet.github_actions.secrets.in_scripts
import rego.v1

findings(document) := found if {
	found := in_scripts.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "curl --user ci:${{ secrets.API_TOKEN }} https://api.example.com"},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "secret API_TOKEN is written into the script",
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
					{
						"env": {"API_TOKEN": "${{ secrets.API_TOKEN }}"},
						"run": "curl --user \"ci:$API_TOKEN\" https://api.example.com",
					},
				],
			},
		},
	})) == 0
}

test_argument_of_an_action_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/login-action@v3",
						"with": {"username": "ci", "password": "${{ secrets.REGISTRY_TOKEN }}"},
					},
				],
			},
		},
	})) == 0
}
