# What the configuration of a resource says, as opposed to its planned values: an argument that is absent from the
# values is either unknown or not set, and only the configuration tells which.
package parapet.lib.aws_config

import rego.v1

# The configuration is at hand and does not set the argument, so AWS's own default takes effect.
# False when there is no configuration to look at.
omits(config, argument) if {
	is_object(config)
	count(config) > 0
	not config[argument]
}

# The path to blame for `argument` when a value of `exemption` would have excused it and the plan has none.
# An exemption that the configuration sets may be unknown; blaming it makes the verdict undetermined exactly then.
blame(resource_config, argument, exemption) := [exemption] if {
	resource_config[exemption]
} else := [argument]

# A finding about an argument whose default is wrong: `argument` is the outermost name, `rest` the way from there.
# It blames the argument, except when the configuration does not set it: the default then takes effect for certain,
# though a provider that computes the argument reports it as unknown.
fault(config, argument, rest, message) := {"message": message} if {
	left_out(config, argument, rest)
} else := {"path": array.concat([argument], rest), "message": message}

left_out(config, argument, _) if omits(config, argument)

left_out(config, argument, rest) if omits(config[argument][rest[0]], rest[1])

left_out(config, argument, rest) if omits(config[argument][rest[0]][rest[1]][rest[2]], rest[3])
