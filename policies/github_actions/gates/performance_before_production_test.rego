package parapet.github_actions.gates.performance_before_production_test

import data.parapet.github_actions.gates.performance_before_production
import rego.v1

findings(document) := found if {
	found := performance_before_production.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"steps": [{"run": "make deploy"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "environment"],
			"message": "nothing measures performance before job build deploys to production",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"benchmark": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "parapet gate benchmark --baseline main.json --current now.json"}],
			},
			"deploy": {
				"needs": ["benchmark"],
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"steps": [{"run": "make deploy"}],
			},
		},
	})) == 0
}

test_environment_with_address_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": {"name": "Production", "url": "https://example.com"},
				"steps": [{"run": "make deploy"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "environment"],
			"message": "nothing measures performance before job build deploys to Production",
		},
	}
}

test_staging_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "staging",
				"steps": [{"run": "make deploy"}],
			},
		},
	})) == 0
}

test_started_by_another_workflow_passes if {
	count(findings({
		"on": {"workflow_run": {"workflows": ["ci"]}},
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"steps": [{"run": "make deploy"}],
			},
		},
	})) == 0
}

test_canary_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"steps": [{"run": "kubectl argo rollouts status app"}],
			},
		},
	})) == 0
}

test_reusable_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"test": {"uses": "./.github/workflows/test.yml"},
			"deploy": {
				"runs-on": "ubuntu-24.04",
				"environment": "production",
				"steps": [{"run": "make deploy"}],
			},
		},
	})) == 0
}
