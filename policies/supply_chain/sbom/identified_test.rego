package parapet.supply_chain.sbom.identified_test

import data.parapet.supply_chain.sbom.identified
import rego.v1

findings(document) := found if {
	found := identified.deny with input as {"document": document}
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
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	}) == {
		{"path": ["components", 0], "message": "1 of 1 components have no version: left-pad"},
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

test_empty_fails if {
	findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"metadata": {
			"timestamp": "2026-01-02T03:04:05Z",
			"tools": {"components": [{"type": "application", "name": "syft"}]},
			"component": {"type": "application", "name": "orders", "version": "1.0.0"},
		},
		"components": [],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	}) == {
		{"path": ["components"], "message": "there is no component in it"},
	}
}

test_no_identifier_fails if {
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
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"version": "1.3.0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	}) == {
		{"path": ["components", 0], "message": "1 of 2 components have no identifier: left-pad"},
		{"path": ["components", 1], "message": "1 of 2 components have no name: "},
	}
}

test_spdx_without_version_fails if {
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
		{"path": ["packages", 0], "message": "1 of 1 components have no version: left-pad"},
	}
}

test_empty_spdx_fails if {
	findings({
		"spdxVersion": "SPDX-2.3",
		"SPDXID": "SPDXRef-DOCUMENT",
		"name": "orders",
		"documentNamespace": "https://example.com/orders",
		"creationInfo": {"created": "2026-01-02T03:04:05Z", "creators": ["Tool: syft-1.0"]},
		"packages": [],
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
		{"path": ["packages"], "message": "there is no component in it"},
	}
}

test_many_fails if {
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
				"name": "p0",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"name": "p1",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"name": "p2",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"name": "p3",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"name": "p4",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"name": "p5",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
			{
				"type": "library",
				"name": "p6",
				"purl": "pkg:npm/left-pad@1.3.0",
				"licenses": [{"license": {"id": "MIT"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	}) == {
		{
			"path": ["components", 0],
			"message": "7 of 7 components have no version: p0, p1, p2, p3, p4 and 2 more",
		},
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
			{"SPDXID": "SPDXRef-root", "name": "orders"},
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

test_file_passes if {
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
			{"type": "file", "name": "a.txt"},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
	})) == 0
}

test_vulnerabilities_alone_passes if {
	count(findings({
		"bomFormat": "CycloneDX",
		"specVersion": "1.6",
		"components": [
			{"type": "library", "name": "a", "version": "1", "cpe": "cpe:2.3:a:a:a:1:*:*:*:*:*:*:*"},
		],
	})) == 0
}
