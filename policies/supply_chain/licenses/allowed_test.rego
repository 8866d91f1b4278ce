package parapet.supply_chain.licenses.allowed_test

import data.parapet.supply_chain.licenses.allowed
import rego.v1

findings(document) := found if {
	found := allowed.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "AGPL-3.0-only"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	}) == {
		{"path": ["components", 0], "message": "left-pad is under AGPL-3.0-only"},
	}
}

test_good_example_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_named_fails if {
	findings([{"License": "GNU Affero General Public License v3", "Name": "a", "Version": "1"}]) == {
		{"path": [0], "message": "a is under GNU Affero General Public License v3"},
	}
}

test_both_fails if {
	findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"expression": "MIT AND SSPL-1.0"}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	}) == {
		{"path": ["components", 0], "message": "left-pad is under MIT AND SSPL-1.0"},
	}
}

test_spdx_document_fails if {
	findings({
		"spdxVersion": "SPDX-2.3",
		"SPDXID": "SPDXRef-DOCUMENT",
		"name": "orders",
		"documentNamespace": "https://example.com/orders",
		"creationInfo": {"created": "2026-01-02T03:04:05Z", "creators": ["Tool: syft-1.0"]},
		"packages": [
			{
				"SPDXID": "SPDXRef-a",
				"name": "left-pad",
				"versionInfo": "1.3.0",
				"downloadLocation": "NOASSERTION",
				"licenseDeclared": "MIT",
				"externalRefs": [
					{
						"referenceCategory": "PACKAGE-MANAGER",
						"referenceType": "purl",
						"referenceLocator": "pkg:npm/left-pad@1.3.0",
					},
				],
				"licenseConcluded": "GPL-3.0-only",
			},
		],
		"relationships": [
			{
				"spdxElementId": "SPDXRef-DOCUMENT",
				"relatedSpdxElement": "SPDXRef-root",
				"relationshipType": "DESCRIBES",
			},
			{
				"spdxElementId": "SPDXRef-root",
				"relatedSpdxElement": "SPDXRef-a",
				"relationshipType": "CONTAINS",
			},
		],
	}) == {
		{"path": ["packages", 0], "message": "left-pad is under GPL-3.0-only"},
	}
}

test_names_of_npm_fails if {
	findings({"left-pad@1.3.0": {"licenses": "SSPL-1.0", "repository": "x"}}) == {
		{"path": ["left-pad@1.3.0"], "message": "left-pad@1.3.0 is under SSPL-1.0"},
	}
}

test_choice_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"expression": "GPL-2.0-only OR MIT"}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_grouped_choice_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"expression": "(MIT OR GPL-2.0-only) AND Unicode-3.0"}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_exception_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"expression": "Apache-2.0 WITH LLVM-exception"}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_system_package_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:deb/debian/bash@5",
				"licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_nothing_stated_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [
			{
				"type": "library",
				"name": "left-pad",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_pip_passes if {
	count(findings([{"License": "MIT License; BSD License", "Name": "a", "Version": "1"}])) == 0
}

test_several_of_npm_passes if {
	count(findings({"a@1": {"licenses": ["MIT", "Apache-2.0"]}})) == 0
}

test_guessed_passes if {
	count(findings({"a@1": {"licenses": "MIT*"}})) == 0
}

test_unknown_passes if {
	count(findings([{"License": "UNKNOWN", "Name": "a", "Version": "1"}])) == 0
}

test_no_assertion_passes if {
	count(findings({
		"spdxVersion": "SPDX-2.3",
		"SPDXID": "SPDXRef-DOCUMENT",
		"name": "orders",
		"documentNamespace": "https://example.com/orders",
		"creationInfo": {"created": "2026-01-02T03:04:05Z", "creators": ["Tool: syft-1.0"]},
		"packages": [
			{
				"SPDXID": "SPDXRef-a",
				"name": "left-pad",
				"versionInfo": "1.3.0",
				"downloadLocation": "NOASSERTION",
				"licenseDeclared": "NOASSERTION",
				"externalRefs": [
					{
						"referenceCategory": "PACKAGE-MANAGER",
						"referenceType": "purl",
						"referenceLocator": "pkg:npm/left-pad@1.3.0",
					},
				],
				"licenseConcluded": "NOASSERTION",
			},
		],
		"relationships": [
			{
				"spdxElementId": "SPDXRef-DOCUMENT",
				"relatedSpdxElement": "SPDXRef-root",
				"relationshipType": "DESCRIBES",
			},
			{
				"spdxElementId": "SPDXRef-root",
				"relatedSpdxElement": "SPDXRef-a",
				"relationshipType": "CONTAINS",
			},
		],
	})) == 0
}

test_a_list_of_ones_own_takes_the_place_of_the_default if {
	components := [
		{"name": "a", "version": "1", "license": "MIT"},
		{"name": "b", "version": "1", "license": "AGPL-3.0-only"},
		{"name": "c", "version": "1", "license": null},
	]
	found := allowed.deny with input as {"document": components}
		with data.supply_chain.allowed_licenses as ["AGPL-3.0-only"]
	found == {
		{"path": [0], "message": "a is under MIT"},
		{"path": [2], "message": "c states no licence"},
	}
}

under(expression) := findings([{"License": expression, "Name": "a", "Version": "1"}])

test_expressions_that_are_satisfied_pass if {
	every expression in [
		"MIT AND Apache-2.0 OR AGPL-3.0-only AND GPL-2.0-only",
		"AGPL-3.0-only OR MIT AND Apache-2.0",
		"(AGPL-3.0-only AND MIT) OR Apache-2.0",
		"(MIT OR AGPL-3.0-only) AND (AGPL-3.0-only OR Apache-2.0)",
		"MIT/AGPL-3.0-only",
	] {
		count(under(expression)) == 0
	}
}

test_expressions_that_are_not_satisfied_fail if {
	every expression in [
		"(MIT OR Apache-2.0) AND AGPL-3.0-only",
		"MIT AND AGPL-3.0-only OR GPL-2.0-only",
		"(MIT AND AGPL-3.0-only) OR GPL-2.0-only",
		"AGPL-3.0-only OR GPL-2.0-only",
	] {
		count(under(expression)) == 1
	}
}
