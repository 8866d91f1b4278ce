# METADATA
# title: The infrastructure costs no more in a month than its budget
# description: |
#   Compares what is known of the bill after the plan with `monthly_budget_usd` of the `cost` block in parapet.hcl; without that there
#   is nothing to compare. What is known alone being over the budget is a violation. A bill within it that lacks prices is
#   undetermined: what lacks them may be over. Usage that configuration cannot tell is in the bill as far as a usage file says it.
# custom:
#   severity: high
#   scope: plan
#   remediation: Take smaller or fewer resources, or raise `monthly_budget_usd`; `parapet cost estimate` shows the bill line by line. For what has no known price, give a `price_book`.
package parapet.cost.budget.monthly_budget

import data.parapet.lib.cost
import rego.v1

budget := input.cost.budget.monthly_usd

deny contains {"message": message} if {
	input.cost.monthly_usd > budget
	message := sprintf("%s a month is more than the budget of %s; most of it is %s", [
		cost.dollars(input.cost.monthly_usd),
		cost.dollars(budget),
		cost.largest(input.cost),
	])
}

deny contains {"message": "what has no known price may cost more than is left of the budget", "undetermined": cause} if {
	input.cost.monthly_usd <= budget
	input.cost.unpriced_count > 0
	cause := sprintf("%s a month of the budget of %s is known, and %s", [
		cost.dollars(input.cost.monthly_usd),
		cost.dollars(budget),
		cost.without_price(input.cost),
	])
}
