# Joins of the resources that AWS splits one object into: a bucket and its versioning, a VPC and its flow log.
# A part names its object by an argument. The value is known when it is a literal or when the object exists; before
# that only the reference in the configuration tells what it will be. Both are keys of one set, so that a rule
# builds the set once and looks every object up in it.
package parapet.lib.aws_join

import rego.v1

# The parts, each with the keys by which it names its object.
named(parts, argument, type) := [{"part": part, "keys": part_keys(part, argument, type)} | some part in parts]

# Keys of the object of type `type` that `part` names by its `argument`; none when the value is unknown and the
# configuration refers to no object of that type directly.
part_keys(part, argument, type) := {value_key(part.values[argument])} if {
	part.values[argument]
} else := reference_keys(part, part.config[argument], type) if {
	part.config[argument]
} else := set()

# Parts whose keys are in the set name this object.
joined(whole, argument, index) if {
	some key in object_keys(whole, argument)
	index[key]
}

# The keys under which parts may name this object: its value of `argument`, its address, and its address without the
# index (a part that says `aws_vpc.main[count.index]` names no index in the plan).
# While the value is unknown, parts can only refer to the object, so the answer does not wait for the value. The look at
# the configuration says so to the engine, which otherwise calls everything undetermined that reads an unknown value.
object_keys(whole, argument) := {
	reference_key(whole, address_in_module(whole)),
	reference_key(whole, concat(".", [whole.type, whole.name])),
} | ({value_key(value) | value := whole.values[argument]} | {value_key(value) | value := whole.config[argument].constant_value})

# Keys of the objects of the type to which an expression in the configuration of `part` refers. When one reference
# has an index (`aws_vpc.main[0].id`), the plan lists the address without it too: that one says less and is dropped.
reference_keys(part, expression, type) := indexed if {
	indexed := {reference_key(part, reference) |
		some reference in expression.references
		endswith(reference, "]")
		is_resource(split(reference, "[")[0], type)
	}
	count(indexed) > 0
} else := {reference_key(part, reference) |
	some reference in expression.references
	is_resource(reference, type)
}

# Two names and nothing after: `aws_vpc.main`, neither `aws_vpc.main.id` nor `aws_vpc_ipam.main`.
is_resource(reference, type) if {
	names := split(reference, ".")
	count(names) == 2
	names[0] == type
}

value_key(value) := concat(" ", ["value", value])

reference_key(resource, address) := concat("/", [module_of(resource), address])

address_in_module(resource) := trim_prefix(resource.address, concat("", [module_of(resource), "."]))

module_of(resource) := resource.module if {
	is_string(resource.module)
} else := ""
