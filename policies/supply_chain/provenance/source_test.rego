package parapet.supply_chain.provenance.source_test

import data.parapet.supply_chain.provenance.source
import rego.v1

findings(document) := found if {
	found := source.deny with input as {"document": document}
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
				"resolvedDependencies": [],
			},
			"runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
		},
	}) == {
		{
			"path": ["predicate", "buildDefinition", "resolvedDependencies"],
			"message": "it names no source with its commit",
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

test_no_commit_fails if {
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
				"resolvedDependencies": [{"uri": "git+https://github.com/acme/orders"}],
			},
			"runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
		},
	}) == {
		{
			"path": ["predicate", "buildDefinition", "resolvedDependencies"],
			"message": "it names no source with its commit",
		},
	}
}

test_open_connection_fails if {
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
			"builder": {
				"id": "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0",
			},
			"buildType": "x",
			"materials": [
				{
					"uri": "git+http://git.example.com/orders",
					"digest": {"sha1": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
				},
			],
		},
	}) == {
		{
			"path": ["predicate", "materials", 0, "uri"],
			"message": "the source git+http://git.example.com/orders came over an open connection",
		},
	}
}

test_old_statement_passes if {
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

test_other_attestation_passes if {
	count(findings({
		"_type": "https://in-toto.io/Statement/v1",
		"subject": [],
		"predicateType": "https://spdx.dev/Document",
		"predicate": {},
	})) == 0
}

statement(uri) := {
	"predicateType": "https://slsa.dev/provenance/v1",
	"predicate": {"buildDefinition": {"resolvedDependencies": [{"uri": uri, "digest": {"gitCommit": "a"}}]}},
}

test_a_repository_of_somebody_else_fails if {
	found := source.deny with input as {"document": statement("git+https://github.com/mallory/orders@refs/heads/main")}
		with data.supply_chain.allowed_sources as ["https://github.com/acme/"]
	{finding.message | some finding in found} == {"git+https://github.com/mallory/orders@refs/heads/main is no source that is allowed"}
}

test_a_repository_of_ones_own_passes if {
	found := source.deny with input as {"document": statement("git+https://github.com/acme/orders@refs/heads/main")}
		with data.supply_chain.allowed_sources as ["https://github.com/acme/"]
	count(found) == 0
}
