package parapet.supply_chain.provenance.builder_test

import data.parapet.supply_chain.provenance.builder
import rego.v1

findings(document) := found if {
	found := builder.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
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
			"runDetails": {"builder": {"id": "https://laptop.example.com/make"}},
		},
	}) == {
		{
			"path": ["predicate", "runDetails", "builder", "id"],
			"message": "it was built by https://laptop.example.com/make, which is not allowed",
		},
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

test_no_builder_fails if {
	findings({
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
			"runDetails": {"builder": {"id": ""}},
		},
	}) == {
		{"path": ["predicate", "runDetails", "builder", "id"], "message": "it names no builder"},
	}
}

test_old_statement_fails if {
	findings({
		"_type": "https://in-toto.io/Statement/v0.1",
		"subject": [
			{
				"name": "orders",
				"digest": {
					"sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
				},
			},
		],
		"predicateType": "https://slsa.dev/provenance/v0.2",
		"predicate": {
			"builder": {"id": "https://mobyproject.org/buildkit@v1"},
			"buildType": "x",
			"materials": [
				{
					"uri": "git+https://github.com/acme/orders@refs/heads/main",
					"digest": {"sha1": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
				},
			],
		},
	}) == {
		{
			"path": ["predicate", "builder", "id"],
			"message": "it was built by https://mobyproject.org/buildkit@v1, which is not allowed",
		},
	}
}

test_generator_passes if {
	count(findings({
		"_type": "https://in-toto.io/Statement/v0.1",
		"subject": [
			{
				"name": "orders",
				"digest": {
					"sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
				},
			},
		],
		"predicateType": "https://slsa.dev/provenance/v0.2",
		"predicate": {
			"builder": {
				"id": "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0",
			},
			"buildType": "x",
			"materials": [
				{
					"uri": "git+https://github.com/acme/orders@refs/heads/main",
					"digest": {"sha1": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
				},
			],
		},
	})) == 0
}

test_workflow_passes if {
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
			"runDetails": {
				"builder": {
					"id": "https://github.com/acme/orders/.github/workflows/release.yml@refs/tags/v1",
				},
			},
		},
	})) == 0
}

test_other_attestation_passes if {
	count(findings({
		"_type": "https://in-toto.io/Statement/v1",
		"subject": [],
		"predicateType": "https://spdx.dev/Document",
		"predicate": {},
	})) == 0
}

statement(id) := {
	"predicateType": "https://slsa.dev/provenance/v1",
	"predicate": {"runDetails": {"builder": {"id": id}}},
}

test_a_list_of_ones_own_takes_the_place_of_the_default if {
	hosted := builder.deny with input as {"document": statement("https://github.com/actions/runner/github-hosted")}
		with data.supply_chain.allowed_builders as ["https://ci.example.com/"]
	count(hosted) == 1
	own := builder.deny with input as {"document": statement("https://ci.example.com/builder")}
		with data.supply_chain.allowed_builders as ["https://ci.example.com/"]
	count(own) == 0
}
