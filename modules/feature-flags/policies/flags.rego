# The format: https://flagd.dev/reference/flag-definitions/
package feature_flags

import rego.v1

flags := {name: flag | some name, flag in input.document.flags; is_object(flag)}

refused(name, what) := {"msg": sprintf("flag %s: %s", [name, what]), "path": ["document", "flags", name]}

deny contains {"msg": sprintf("%q is not part of a file of flags", [key]), "path": ["document", key]} if {
	some key, _ in input.document
	not key in {"$schema", "flags", "$evaluators", "metadata"}
}

deny contains refused(name, "is no object") if {
	some name, flag in input.document.flags
	not is_object(flag)
}

deny contains refused(name, "a name is lower case letters, digits, and single - _ . between them") if {
	some name, _ in flags
	not regex.match(`^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$`, name)
}

deny contains refused(name, sprintf("%q is not part of a flag; there are state, variants, defaultVariant, targeting and metadata", [key])) if {
	some name, flag in flags
	some key, _ in flag
	not key in {"state", "variants", "defaultVariant", "targeting", "metadata"}
}

deny contains refused(name, sprintf("has no %s", [key])) if {
	some name, flag in flags
	some key in {"state", "variants", "defaultVariant"}
	object.get(flag, key, null) == null
}

deny contains refused(name, sprintf("its state is %v; it is ENABLED or DISABLED", [json.marshal(flag.state)])) if {
	some name, flag in flags
	flag.state != null
	not flag.state in {"ENABLED", "DISABLED"}
}

deny contains refused(name, "`variants` is no object with at least one variant") if {
	some name, flag in flags
	flag.variants != null
	not several(flag.variants)
}

several(variants) if {
	is_object(variants)
	count(variants) > 0
}

deny contains refused(name, sprintf("its variants are of different types (%s)", [concat(", ", sort(types))])) if {
	some name, flag in flags
	types := {type_name(value) | some value in flag.variants}
	count(types) > 1
}

deny contains refused(name, sprintf("the variant %s is %s; variants are booleans, numbers, strings or objects", [variant, type_name(value)])) if {
	some name, flag in flags
	some variant, value in flag.variants
	type_name(value) in {"null", "array"}
}

deny contains refused(name, sprintf("defaultVariant is %v, which is none of its variants (%s)", [json.marshal(flag.defaultVariant), concat(", ", sort(object.keys(flag.variants)))])) if {
	some name, flag in flags
	flag.defaultVariant != null
	several(flag.variants)
	not known(flag, flag.defaultVariant)
}

known(flag, variant) if {
	some name, _ in flag.variants
	name == variant
}

# `fractional` gives shares to variants: `{"fractional": [["on", 10], ["off", 90]]}`, with an operand to hash by before them.
shares(flag) := [share |
	walk(object.get(flag, "targeting", {}), [path, share])
	count(path) >= 2
	path[count(path) - 2] == "fractional"
	is_array(share)
]

deny contains refused(name, sprintf("`fractional` gives %v a share, which is none of its variants (%s)", [json.marshal(share[0]), concat(", ", sort(object.keys(flag.variants)))])) if {
	some name, flag in flags
	is_object(flag.variants)
	some share in shares(flag)
	not known(flag, share[0])
}

deny contains refused(name, sprintf("the share of %v is %v; it is a whole number that is not negative", [json.marshal(share[0]), json.marshal(share[1])])) if {
	some name, flag in flags
	some share in shares(flag)
	count(share) > 1
	not whole(share[1])
}

whole(share) if {
	is_number(share)
	share >= 0
	floor(share) == share
}

# The operators of JsonLogic, and those of flagd: https://flagd.dev/reference/custom-operations/
operators := {
	"if", "?:", "==", "===", "!=", "!==", ">", ">=", "<", "<=", "!", "!!", "and", "or", "in", "var", "missing", "missing_some",
	"cat", "substr", "+", "-", "*", "/", "%", "min", "max", "merge", "map", "filter", "reduce", "all", "none", "some", "log",
	"fractional", "sem_ver", "starts_with", "ends_with", "$ref",
}

# What is evaluated: the targeting of flags, and what `$ref` takes the place of.
logic contains {"of": sprintf("flag %s", [name]), "path": ["document", "flags", name], "rule": flag.targeting} if {
	some name, flag in flags
	flag.targeting != null
}

logic contains {"of": sprintf("evaluator %s", [name]), "path": ["document", "$evaluators", name], "rule": rule} if {
	some name, rule in input.document["$evaluators"]
}

deny contains {"msg": sprintf("%s: its targeting is no object", [it.of]), "path": it.path} if {
	some it in logic
	not is_object(it.rule)
}

deny contains {"msg": sprintf("%s: flagd knows no operator %q", [it.of, key]), "path": it.path} if {
	some it in logic
	walk(it.rule, [_, operation])
	is_object(operation)
	some key, _ in operation
	not key in operators
}

deny contains {"msg": sprintf("%s: an operation has one operator, and here are %s", [it.of, concat(", ", sort(object.keys(operation)))]), "path": it.path} if {
	some it in logic
	walk(it.rule, [_, operation])
	is_object(operation)
	count(operation) > 1
}

deny contains {"msg": sprintf("%s: `$ref` names %v, which is none of `$evaluators`", [it.of, json.marshal(name)]), "path": it.path} if {
	some it in logic
	walk(it.rule, [path, name])
	path[count(path) - 1] == "$ref"
	not evaluator(name)
}

evaluator(wanted) if {
	some name, _ in input.document["$evaluators"]
	name == wanted
}

# The lists of `if`, by where they stand: conditions and results by turns, and last what else is the result.
branches(targeting) := {path: count(list) |
	walk(targeting, [path, list])
	path[count(path) - 1] == "if"
	is_array(list)
}

# What targeting ends with: it stands behind `if` all the way down.
results(flag) := {value |
	lists := branches(flag.targeting)
	walk(flag.targeting, [path, value])
	count(path) > 0
	count(path) % 2 == 0
	not is_object(value)
	count([at | some at, step in path; leads(lists, path, at, step)]) == count(path)
}

leads(_, _, at, "if") if at % 2 == 0

leads(_, _, at, step) if {
	at % 2 == 1
	step % 2 == 1
}

leads(lists, path, at, step) if {
	at % 2 == 1
	step == lists[array.slice(path, 0, at)] - 1
}

# No result is that of `defaultVariant`, and flagd takes true and false for the variants of that name.
deny contains refused(name, sprintf("its targeting results in %v, which is none of its variants (%s)", [json.marshal(result), concat(", ", sort(object.keys(flag.variants)))])) if {
	some name, flag in flags
	is_object(flag.variants)
	is_object(flag.targeting)
	some result in results(flag)
	result != null
	not known(flag, result)
	not named(flag, result)
}

named(flag, result) if {
	is_boolean(result)
	known(flag, json.marshal(result))
}

# Shares are weights to flagd, so that 10 and 80 are 11% and 89%; nobody means that.
deny contains refused(name, sprintf("the shares of `fractional` sum to %v, not to 100", [total])) if {
	some name, flag in flags
	walk(object.get(flag, "targeting", {}), [path, split])
	path[count(path) - 1] == "fractional"
	weights := [share[1] | some share in split; is_array(share); is_number(share[1])]
	count(weights) > 0
	total := sum(weights)
	total != 100
}

deny contains refused(name, sprintf("metadata has no %s", [key])) if {
	some name, flag in flags
	some key in input.required_metadata
	object.get(flag, ["metadata", key], "") == ""
}

deny contains refused(name, sprintf("metadata.expires is %v, which is no day such as 2027-01-31", [json.marshal(flag.metadata.expires)])) if {
	some name, flag in flags
	flag.metadata.expires
	not day(flag.metadata.expires)
}

day(text) if {
	is_string(text)
	time.parse_rfc3339_ns(sprintf("%sT00:00:00Z", [text]))
}

# Days in this form sort as text.
deny contains refused(name, sprintf("has expired on %s: take it out of the code, then out of this file", [flag.metadata.expires])) if {
	some name, flag in flags
	input.as_of != ""
	day(flag.metadata.expires)
	flag.metadata.expires < input.as_of
}
