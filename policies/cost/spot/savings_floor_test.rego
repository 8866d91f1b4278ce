package parapet.cost.spot.savings_floor_test

import data.parapet.cost.spot.savings_floor
import data.parapet.lib.testing
import rego.v1

ours(values) := {"resource": {"type": "parapet_spot_node_group", "values": values}}

test_a_low_floor_fails if {
	savings_floor.deny == {{
		"path": ["min_savings_percent"],
		"message": "a floor of 5% lets types in that save less than 20%",
	}} with input as ours({"min_savings_percent": 5})
}

test_the_default_passes if count(savings_floor.deny) == 0 with input as ours({"min_savings_percent": 30})

test_an_unknown_floor_is_undetermined if {
	testing.undetermined(savings_floor.deny, [["min_savings_percent"]]) with input as ours({})
}
