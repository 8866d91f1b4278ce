package parapet.github_actions.scripts.undefined_env_test

import data.parapet.github_actions.scripts.undefined_env
import rego.v1

findings(document) := found if {
	found := undefined_env.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "actions/checkout@v4"},
					{"run": "docker build -t ${{ env.REGISTRY }}/app ."},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 1],
			"message": "nothing sets `env.REGISTRY`: it is empty",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"env": {"REGISTRY": "registry.example.com"},
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "actions/checkout@v4"},
					{"run": "docker build -t ${{ env.REGISTRY }}/app ."},
				],
			},
		},
	})) == 0
}

test_set_by_a_script_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "echo \"TAG=v1\" >> $GITHUB_ENV"}, {"run": "echo ${{ env.TAG }}"}],
			},
		},
	})) == 0
}

test_set_by_an_action_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "acme/version@v1"}, {"run": "echo ${{ env.VERSION }}"}],
			},
		},
	})) == 0
}

test_set_by_the_job_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"env": {"TAG": "v1"},
				"steps": [{"run": "echo ${{ env.TAG }}"}],
			},
		},
	})) == 0
}

test_set_by_the_step_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "echo ${{ env.TAG }}", "env": {"TAG": "v1"}}],
			},
		},
	})) == 0
}
