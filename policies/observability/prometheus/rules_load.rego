# METADATA
# title: Files of rules load
# description: "Prometheus refuses a file of rules as a whole when one rule has a field, a duration, a name or a template that it cannot read: none of its alerts can fire."
# custom:
#   severity: high
#   documents: [prometheus_rules]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Correct the rule; `promtool check rules` shows the same error.
package parapet.observability.prometheus.rules_load

import rego.v1

deny contains {"path": ["groups", index, "rules", position, key], "message": sprintf("%s: `%v` is no duration such as 5m or 1h30m", [name(rule), value])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	some key, value in rule
	key in {"for", "keep_firing_for"}
	not duration(value)
}

deny contains {"path": ["groups", index, "interval"], "message": sprintf("group %s: `%v` is no duration such as 30s", [group.name, value])} if {
	some index, group in input.document.groups
	value := group.interval
	not duration(value)
}

duration(value) if value == 0

# Units from the largest to the smallest, each once at most.
duration(value) if {
	text := sprintf("%v", [value])
	text != ""
	regex.match(`^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$`, text)
}

deny contains {"path": ["groups", index, "rules", position, key], "message": sprintf("%s: Prometheus knows no `%s` of a rule", [name(rule), key])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	some key, _ in rule
	not key in {"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"}
}

deny contains {"path": ["groups", index, "rules", position], "message": "a rule has either `alert` or `record`"} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	count({key | some key in ["alert", "record"]; rule[key]}) != 1
}

deny contains {"path": ["groups", index, "rules", position, key], "message": sprintf("%s: a rule that records has no `%s`", [name(rule), key])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	rule.record
	some key in ["for", "keep_firing_for", "annotations"]
	rule[key]
}

deny contains {"path": ["groups", index, "rules", position, "labels", label], "message": sprintf("%s: `%s` is no name of a label: letters, digits and underscores", [name(rule), label])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	some label, _ in rule.labels
	not is_label(label)
}

is_label(label) if {
	regex.match(`^[a-zA-Z_][a-zA-Z0-9_]*$`, label)
	label != "__name__"
}

# What is left when every `{{ … }}` is taken out.
deny contains {"path": ["groups", index, "rules", position, part, key], "message": sprintf("%s: the template of %s has `{{` without `}}`, or the other way round", [name(rule), key])} if {
	some index, group in input.document.groups
	some position, rule in group.rules
	some part in ["labels", "annotations"]
	some key, text in rule[part]
	is_string(text)
	rest := regex.replace(text, `\{\{([^{]|\{[^{])*?\}\}`, "")
	regex.match(`\{\{|\}\}`, rest)
}

deny contains {"path": ["groups", index, "name"], "message": sprintf("two groups are called %s", [group.name])} if {
	some index, group in input.document.groups
	some other, same in input.document.groups
	other < index
	same.name == group.name
}

name(rule) := object.get(rule, "alert", object.get(rule, "record", "the rule"))
