package parapet.cost.budget.monthly_budget_test

import data.parapet.cost.budget.monthly_budget
import rego.v1

findings(fields) := found if {
	common := {"monthly_usd": 70.08, "unpriced_count": 0, "budget": {"monthly_usd": 70.08}, "resources": {"aws_instance.web": {"monthly_usd": 70.08, "unpriced": []}}}
	found := monthly_budget.deny with input as {"cost": object.union(common, fields)}
}

test_within_the_budget_passes if count(findings({})) == 0

test_over_the_budget_fails if {
	findings({"budget": {"monthly_usd": 50}}) == {{"message": "$70.08 a month is more than the budget of $50.00; most of it is aws_instance.web $70.08"}}
}

test_over_the_budget_fails_whatever_is_unknown if {
	found := findings({"budget": {"monthly_usd": 50}, "unpriced_count": 1})
	count(found) == 1
	every finding in found { not finding.undetermined }
}

test_missing_prices_leave_it_open if {
	found := findings({
		"budget": {"monthly_usd": 100},
		"unpriced_count": 1,
		"resources": {"aws_instance.odd": {"unpriced": ["p99.mega, Linux, on demand: no price book has p99.mega in us-east-1"]}},
	})
	found == {{
		"message": "what has no known price may cost more than is left of the budget",
		"undetermined": "$70.08 a month of the budget of $100.00 is known, and 1 item has no known price (aws_instance.odd: p99.mega, Linux, on demand: no price book has p99.mega in us-east-1)",
	}}
}

test_no_budget_passes if count(monthly_budget.deny) == 0 with input as {"cost": {"monthly_usd": 70.08, "unpriced_count": 1, "budget": {}, "resources": {}}}
