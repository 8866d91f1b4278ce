package parapet.supply_chain.vulnerabilities.fixable_test

import data.parapet.supply_chain.vulnerabilities.fixable
import rego.v1

findings(document) := found if {
	found := fixable.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"matches": [
			{
				"vulnerability": {
					"id": "CVE-2026-1",
					"severity": "High",
					"fix": {"state": "fixed", "versions": ["2"]},
				},
				"artifact": {"name": "openssl", "version": "1"},
			},
		],
		"descriptor": {"name": "grype", "version": "0.90.0"},
	}) == {
		{"path": ["matches", 0], "message": "CVE-2026-1 in openssl 1 has a fix"},
	}
}

test_good_example_passes if {
	count(findings({
		"matches": [
			{
				"vulnerability": {
					"id": "CVE-2026-1",
					"severity": "High",
					"fix": {"state": "not-fixed", "versions": []},
				},
				"artifact": {"name": "openssl", "version": "1"},
			},
		],
		"descriptor": {"name": "grype", "version": "0.90.0"},
	})) == 0
}

test_trivy_fails if {
	findings({
		"SchemaVersion": 2,
		"ArtifactName": "orders",
		"Results": [
			{
				"Target": "orders",
				"Vulnerabilities": [
					{
						"VulnerabilityID": "CVE-2026-1",
						"PkgName": "openssl",
						"Severity": "HIGH",
						"FixedVersion": "2",
					},
				],
			},
		],
	}) == {
		{"path": ["Results", 0, "Vulnerabilities", 0], "message": "CVE-2026-1 in openssl has a fix"},
	}
}

test_critical_is_another_rules_passes if {
	count(findings({
		"matches": [
			{
				"vulnerability": {
					"id": "CVE-2026-1",
					"severity": "Critical",
					"fix": {"state": "fixed", "versions": ["2"]},
				},
				"artifact": {"name": "openssl", "version": "1"},
			},
		],
		"descriptor": {"name": "grype", "version": "0.90.0"},
	})) == 0
}

test_no_fix_passes if {
	count(findings({
		"SchemaVersion": 2,
		"ArtifactName": "orders",
		"Results": [
			{
				"Target": "orders",
				"Vulnerabilities": [
					{"VulnerabilityID": "CVE-2026-1", "PkgName": "openssl", "Severity": "HIGH"},
				],
			},
		],
	})) == 0
}
