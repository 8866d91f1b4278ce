# METADATA
# title: A plan raises the bill by no more than allowed
# description: |
#   Compares by how many percent the plan raises what is known of the bill with `max_increase_percent` of the `cost` block in
#   parapet.hcl; without that, without a plan (a configuration or a state by itself), or where nothing had a cost before, there is
#   nothing to compare. Prices that are missing on one side only leave it open.
# custom:
#   severity: high
#   scope: plan
#   remediation: Take smaller or fewer resources, make the change in steps, or raise `max_increase_percent`; `parapet cost estimate` shows what raises the bill. For what has no known price, give a `price_book`.
package parapet.cost.budget.max_increase

import data.parapet.lib.cost
import rego.v1

allowed := input.cost.budget.max_increase_percent

over if input.cost.change_percent > allowed

# What lacks a price before the plan makes the raise look larger than it is, after the plan smaller.
deny contains {"message": raise} if {
	over
	sound
}

deny contains {"message": raise, "undetermined": cause} if {
	over
	not sound
}

deny contains {"message": "what has no known price may raise the bill by more than is allowed", "undetermined": cause} if {
	not over
	missing > 0
	input.cost.change_known == false
	had_costs
}

sound if cost.unpriced_before(input.cost) == 0

missing := input.cost.unpriced_count + cost.unpriced_before(input.cost)

had_costs if input.cost.before_monthly_usd > 0

had_costs if cost.unpriced_before(input.cost) > 0

cause := sprintf("whether the bill is raised by more than %s depends on prices: %s", [cost.percent(allowed), cost.without_price(input.cost)])

raise := sprintf("the bill is raised by %s, from %s to %s a month; at most %s is allowed. Most of it is %s", [
	cost.percent(input.cost.change_percent),
	cost.dollars(input.cost.before_monthly_usd),
	cost.dollars(input.cost.monthly_usd),
	cost.percent(allowed),
	cost.raised(input.cost),
])
