# METADATA
# title: Expressions of rules parse
# description: "Prometheus refuses a file of rules as a whole when one expression in it is no PromQL: none of its alerts can fire."
# custom:
#   severity: high
#   documents: [prometheus_rules]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Correct the expression; `promtool check rules` shows the same error.
package parapet.observability.prometheus.queries_parse

import rego.v1

deny contains {"path": ["groups", index, "rules", position, "expr"], "message": sprintf("%s: %s", [name(rule), fault])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	fault := promql.fault(sprintf("%v", [rule.expr]))
}

name(rule) := object.get(rule, "alert", object.get(rule, "record", "the rule"))
