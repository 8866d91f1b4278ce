# Joins of the resources that AWS splits one object into: a bucket and its versioning, a VPC and its flow log.
# A part names its object by an argument. The value is known when it is a literal or when the object exists; before
# that only the reference in the configuration tells what it will be. Both are keys of one set, so that a rule
# builds the set once and looks every object up in it.
package parapet.lib.aws_join

import rego.v1

# Keys of the object of type `type` that `part` names by its `argument`; none when the value is unknown and the
# configuration refers to no object of that type directly.
part_keys(part, argument, type) := {value_key(part.values[argument])} if {
	part.values[argument]
} else := reference_keys(part, part.config[argument], type) if {
	part.config[argument]
} else := set()

# The keys under which parts may name this object: its value of `argument`, its address, and its address without the
# index (a part that says `aws_vpc.main[count.index]` names no index in the plan).
# While the value is unknown, parts can only refer to the object, so the answer does not wait for the value. The look at
# the configuration says so to the engine, which otherwise calls everything undetermined that reads an unknown value.
object_keys(whole, argument) := {
	reference_key(whole, address_in_module(whole)),
	reference_key(whole, sprintf("%s.%s", [whole.type, whole.name])),
} | ({value_key(value) | value := whole.values[argument]} | {value_key(value) | value := whole.config[argument].constant_value})

# Keys of the objects of the type to which an expression in the configuration of `part` refers. When one reference
# has an index (`aws_vpc.main[0].id`), the plan lists the address without it too: that one says less and is dropped.
reference_keys(part, expression, type) := indexed if {
	indexed := keys_matching(part, expression, sprintf(`^%s\.[\w-]+\[("[^"]*"|\d+)\]$`, [type]))
	count(indexed) > 0
} else := keys_matching(part, expression, sprintf(`^%s\.[\w-]+$`, [type]))

value_key(value) := sprintf("value %v", [value])

keys_matching(part, expression, pattern) := {reference_key(part, reference) |
	some reference in expression.references
	regex.match(pattern, reference)
}

reference_key(resource, address) := sprintf("%s/%s", [module_of(resource), address])

address_in_module(resource) := trim_prefix(resource.address, sprintf("%s.", [module_of(resource)]))

module_of(resource) := resource.module if {
	is_string(resource.module)
} else := ""
