package parapet.supply_chain.provenance.subjects_test

import data.parapet.supply_chain.provenance.subjects
import rego.v1

findings(document) := found if {
	found := subjects.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"_type": "https://in-toto.io/Statement/v1",
		"subject": [{"name": "orders:latest"}],
		"predicateType": "https://slsa.dev/provenance/v1",
		"predicate": {
			"buildDefinition": {
				"buildType": "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters": {},
				"resolvedDependencies": [
					{
						"uri": "git+https://github.com/acme/orders@refs/tags/v1",
						"digest": {"gitCommit": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
					},
				],
			},
			"runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
		},
	}) == {
		{"path": ["subject", 0], "message": "orders:latest has no digest"},
	}
}

test_good_example_passes if {
	count(findings({
		"_type": "https://in-toto.io/Statement/v1",
		"subject": [
			{
				"name": "orders",
				"digest": {
					"sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
				},
			},
		],
		"predicateType": "https://slsa.dev/provenance/v1",
		"predicate": {
			"buildDefinition": {
				"buildType": "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters": {},
				"resolvedDependencies": [
					{
						"uri": "git+https://github.com/acme/orders@refs/tags/v1",
						"digest": {"gitCommit": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
					},
				],
			},
			"runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
		},
	})) == 0
}

test_none_fails if {
	findings({
		"_type": "https://in-toto.io/Statement/v1",
		"subject": [],
		"predicateType": "https://slsa.dev/provenance/v1",
		"predicate": {
			"buildDefinition": {
				"buildType": "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters": {},
				"resolvedDependencies": [
					{
						"uri": "git+https://github.com/acme/orders@refs/tags/v1",
						"digest": {"gitCommit": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
					},
				],
			},
			"runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
		},
	}) == {
		{"path": ["subject"], "message": "it is about nothing"},
	}
}

test_weak_fails if {
	findings({
		"_type": "https://in-toto.io/Statement/v1",
		"subject": [{"name": "orders", "digest": {"md5": "cccccccccccccccccccccccccccccccc"}}],
		"predicateType": "https://slsa.dev/provenance/v1",
		"predicate": {
			"buildDefinition": {
				"buildType": "https://actions.github.io/buildtypes/workflow/v1",
				"externalParameters": {},
				"resolvedDependencies": [
					{
						"uri": "git+https://github.com/acme/orders@refs/tags/v1",
						"digest": {"gitCommit": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
					},
				],
			},
			"runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
		},
	}) == {
		{"path": ["subject", 0], "message": "orders has no digest"},
	}
}
