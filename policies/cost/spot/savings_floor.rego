# METADATA
# title: Spot node groups save enough to be worth their interruptions
# description: A Spot node that costs nearly as much as one on demand brings only the interruptions. The floor stops such types from being chosen.
# custom:
#   severity: low
#   resources: [parapet_spot_node_group]
#   remediation: Set `min_savings_percent` to 20 or more; the default is 30.
package parapet.cost.spot.savings_floor

import rego.v1

lowest := 20

deny contains {"path": ["min_savings_percent"], "message": message} if {
	floor := object.get(input.resource.values, "min_savings_percent", 0)
	floor < lowest
	message := sprintf("a floor of %v%% lets types in that save less than %d%%", [floor, lowest])
}
