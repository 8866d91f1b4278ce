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
