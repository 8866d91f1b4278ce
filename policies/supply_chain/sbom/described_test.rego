package parapet.supply_chain.sbom.described_test

import data.parapet.supply_chain.sbom.described
import rego.v1

findings(document) := found if {
	found := described.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {},
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
	}) == {
		{"path": ["metadata"], "message": "it does not say by whom or what it was made"},
		{"path": ["metadata", "component", "name"], "message": "it does not say what it is of"},
		{"path": ["metadata", "timestamp"], "message": "it does not say when it was made"},
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

test_spdx_without_date_fails if {
	findings({
		"spdxVersion": "SPDX-2.3",
		"SPDXID": "SPDXRef-DOCUMENT",
		"name": "orders",
		"documentNamespace": "https://example.com/orders",
		"creationInfo": {"creators": ["Tool: x"]},
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
		{"path": ["creationInfo", "created"], "message": "it does not say when it was made"},
	}
}

test_spdx_passes if {
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
				"licenseDeclared": "MIT",
				"externalRefs": [
					{
						"referenceCategory": "PACKAGE-MANAGER",
						"referenceType": "purl",
						"referenceLocator": "pkg:npm/left-pad@1.3.0",
					},
				],
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

test_authors_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"authors": [{"name": "a"}],
			"component": {"type": "application", "name": "o"},
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
