# METADATA
# title: Alerts say how urgent they are, and what is wrong
# description: "Routes choose by `severity`, and people act on the summary: an alert without them reaches whoever gets the rest, as a name."
# custom:
#   severity: low
#   documents: [prometheus_rules]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Add `labels.severity`, and `annotations.summary` or `description`.
package parapet.observability.prometheus.alerts_routed

import rego.v1

deny contains {"path": ["groups", index, "rules", position], "message": sprintf("alert %s has no %s", [rule.alert, missing])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	rule.alert
	some missing in missing_of(rule)
}

missing_of(rule) := {"severity" | not labelled(rule)} | {"summary or description" | not described(rule)}

labelled(rule) if {
	some label in ["severity", "priority", "level"]
	rule.labels[label]
}

# Some name the urgency in the labels of the group.
labelled(_) if {
	some group in input.document.groups
	group.labels.severity
}

described(rule) if {
	some annotation in ["summary", "description", "message", "runbook_url"]
	rule.annotations[annotation]
}
