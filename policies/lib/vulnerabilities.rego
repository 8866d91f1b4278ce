# Reads what scanners found: Grype, Trivy, SARIF, and the vulnerabilities in a bill of CycloneDX.
package parapet.lib.vulnerabilities

import data.parapet.lib.kubernetes as k8s
import rego.v1

# Every vulnerability that nobody has set aside: `path`, `id`, `in` what, `severity` in lower case, and whether it is `fixed`
# in another version.
found(document) := of_grype(document) | of_trivy(document) | of_sarif(document) | of_bill(document)

# What is ignored stands in a list of its own, `ignoredMatches`.
of_grype(document) := {one |
	some index, match in k8s.list_at(document, "matches")
	one := {
		"path": ["matches", index],
		"id": match.vulnerability.id,
		"in": sprintf("%s %s", [match.artifact.name, match.artifact.version]),
		"severity": lower(object.get(match.vulnerability, "severity", "")),
		"fixed": object.get(match.vulnerability, ["fix", "state"], "") == "fixed",
	}
}

of_trivy(document) := {one |
	document.SchemaVersion
	some index, result in k8s.list_at(document, "Results")
	some position, match in k8s.list_at(result, "Vulnerabilities")
	one := {
		"path": ["Results", index, "Vulnerabilities", position],
		"id": match.VulnerabilityID,
		"in": trim_space(sprintf("%s %s", [match.PkgName, object.get(match, "InstalledVersion", "")])),
		"severity": lower(object.get(match, "Severity", "")),
		"fixed": object.get(match, "FixedVersion", "") != "",
	}
}

# SARIF has a score of 0 to 10 for each rule, as GitHub reads it; results that are suppressed are set aside, and those that
# were in the baseline only are gone.
of_sarif(document) := {one |
	some index, run in k8s.list_at(document, "runs")
	scores := {rule.id: to_number(score) |
		some part in array.concat([run.tool.driver], k8s.list_at(run.tool, "extensions"))
		some rule in k8s.list_at(part, "rules")
		score := rule.properties["security-severity"]
	}
	some position, result in k8s.list_at(run, "results")
	not suppressed(result)
	not result.baselineState == "absent"
	not result.kind in {"pass", "notApplicable", "informational"}
	score := scores[result.ruleId]
	one := {
		"path": ["runs", index, "results", position],
		"id": result.ruleId,
		"in": object.get(result, ["message", "text"], ""),
		"severity": level(score),
		"fixed": false,
	}
}

suppressed(result) if {
	some suppression in k8s.list_at(result, "suppressions")
	object.get(suppression, "status", "accepted") == "accepted"
}

level(score) := "critical" if {
	score >= 9
} else := "high" if {
	score >= 7
} else := "lower"

of_bill(document) := {one |
	document.bomFormat
	some index, match in k8s.list_at(document, "vulnerabilities")
	not object.get(match, ["analysis", "state"], "") in {"false_positive", "not_affected", "resolved", "resolved_with_pedigree"}
	severities := {lower(rating.severity) | some rating in k8s.list_at(match, "ratings")}
	some severity in {"critical", "high"} & severities
	not lesser(severity, severities)
	one := {"path": ["vulnerabilities", index], "id": match.id, "in": "the product", "severity": severity, "fixed": false}
}

lesser("high", severities) if "critical" in severities

lesser("critical", _) := false
