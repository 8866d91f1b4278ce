package parapet.github_actions.secrets.inherited_test

import data.parapet.github_actions.secrets.inherited
import rego.v1

findings(document) := found if {
	found := inherited.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"a": {
				"uses": "acme/flows/.github/workflows/a.yml@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
				"secrets": "inherit",
			},
		},
	}) == {
		{
			"path": ["jobs", "a", "secrets"],
			"message": "every secret goes to acme/flows/.github/workflows/a.yml@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"a": {
				"uses": "acme/flows/.github/workflows/a.yml@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
				"secrets": {"token": "${{ secrets.TOKEN }}"},
			},
		},
	})) == 0
}

test_own_workflow_passes if {
	count(findings({
		"on": "push",
		"jobs": {"a": {"uses": "./.github/workflows/a.yml", "secrets": "inherit"}},
	})) == 0
}
