package parapet.supply_chain.vulnerabilities.critical_test

import data.parapet.supply_chain.vulnerabilities.critical
import rego.v1

findings(document) := found if {
	found := critical.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"matches": [
			{
				"vulnerability": {
					"id": "CVE-2026-1",
					"severity": "Critical",
					"fix": {"state": "unknown", "versions": []},
				},
				"artifact": {"name": "openssl", "version": "1"},
			},
		],
		"descriptor": {"name": "grype", "version": "0.90.0"},
	}) == {
		{"path": ["matches", 0], "message": "CVE-2026-1 in openssl 1 is critical"},
	}
}

test_good_example_passes if {
	count(findings({
		"matches": [
			{
				"vulnerability": {
					"id": "CVE-2026-2",
					"severity": "Medium",
					"fix": {"state": "unknown", "versions": []},
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
					{"VulnerabilityID": "CVE-2026-1", "PkgName": "openssl", "Severity": "CRITICAL"},
				],
			},
		],
	}) == {
		{
			"path": ["Results", 0, "Vulnerabilities", 0],
			"message": "CVE-2026-1 in openssl is critical",
		},
	}
}

test_sarif_fails if {
	findings({
		"version": "2.1.0",
		"runs": [
			{
				"tool": {
					"driver": {
						"name": "scanner",
						"rules": [{"id": "CVE-2026-1", "properties": {"security-severity": "9.8"}}],
					},
				},
				"results": [{"ruleId": "CVE-2026-1", "message": {"text": "openssl"}}],
			},
		],
	}) == {
		{"path": ["runs", 0, "results", 0], "message": "CVE-2026-1 in openssl is critical"},
	}
}

test_bill_fails if {
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
				"licenses": [{"license": {"id": "MIT"}}],
			},
		],
		"dependencies": [{"ref": "orders", "dependsOn": ["left-pad"]}],
		"vulnerabilities": [
			{"id": "CVE-2026-1", "ratings": [{"severity": "critical"}, {"severity": "high"}]},
		],
	}) == {
		{"path": ["vulnerabilities", 0], "message": "CVE-2026-1 in the product is critical"},
	}
}

test_suppressed_passes if {
	count(findings({
		"version": "2.1.0",
		"runs": [
			{
				"tool": {
					"driver": {
						"name": "scanner",
						"rules": [{"id": "CVE-2026-1", "properties": {"security-severity": "9.8"}}],
					},
				},
				"results": [
					{
						"ruleId": "CVE-2026-1",
						"message": {"text": "openssl"},
						"suppressions": [{"kind": "external", "status": "accepted"}],
					},
				],
			},
		],
	})) == 0
}

test_not_affected_passes if {
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
		"vulnerabilities": [
			{
				"id": "CVE-2026-1",
				"ratings": [{"severity": "critical"}],
				"analysis": {"state": "not_affected"},
			},
		],
	})) == 0
}

test_lesser_score_passes if {
	count(findings({
		"version": "2.1.0",
		"runs": [
			{
				"tool": {
					"driver": {
						"name": "scanner",
						"rules": [{"id": "CVE-2026-1", "properties": {"security-severity": "6.1"}}],
					},
				},
				"results": [{"ruleId": "CVE-2026-1", "message": {"text": "openssl"}}],
			},
		],
	})) == 0
}

test_high_passes if {
	count(findings({
		"version": "2.1.0",
		"runs": [
			{
				"tool": {
					"driver": {
						"name": "scanner",
						"rules": [{"id": "CVE-2026-1", "properties": {"security-severity": "7.5"}}],
					},
				},
				"results": [{"ruleId": "CVE-2026-1", "message": {"text": "openssl"}}],
			},
		],
	})) == 0
}

test_passed_passes if {
	count(findings({
		"version": "2.1.0",
		"runs": [
			{
				"tool": {
					"driver": {
						"name": "scanner",
						"rules": [{"id": "CVE-2026-1", "properties": {"security-severity": "9.8"}}],
					},
				},
				"results": [
					{"ruleId": "CVE-2026-1", "message": {"text": "openssl"}, "kind": "pass"},
				],
			},
		],
	})) == 0
}

test_clean_passes if {
	count(findings({
		"SchemaVersion": 2,
		"ArtifactName": "orders",
		"Results": [{"Target": "orders", "Vulnerabilities": []}],
	})) == 0
}

sarif(state) := findings({
	"version": "2.1.0",
	"runs": [{
		"tool": {"driver": {"name": "scanner", "rules": [{"id": "CVE-2026-1", "properties": {"security-severity": "9.8"}}]}},
		"results": [{"ruleId": "CVE-2026-1", "message": {"text": "openssl"}, "baselineState": state}],
	}],
})

test_sarif_of_the_baseline_only_passes if count(sarif("absent")) == 0

test_sarif_that_is_still_there_fails if {
	every state in ["new", "unchanged", "updated"] { count(sarif(state)) == 1 }
}
