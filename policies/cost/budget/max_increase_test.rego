package parapet.cost.budget.max_increase_test

import data.parapet.cost.budget.max_increase
import rego.v1

doubled := {
	"monthly_usd": 140.16, "before_monthly_usd": 70.08, "change_usd": 70.08, "change_percent": 100, "change_known": true,
	"unpriced_count": 0, "before_unpriced_count": 0,
	"budget": {"max_increase_percent": 20},
	"resources": {"aws_instance.web": {"monthly_usd": 140.16, "change_usd": 70.08, "unpriced": []}},
}

findings(fields) := found if {
	found := max_increase.deny with input as {"cost": object.union(doubled, fields)}
}

test_a_large_raise_fails if {
	findings({}) == {{"message": "the bill is raised by 100%, from $70.08 to $140.16 a month; at most 20% is allowed. Most of it is aws_instance.web $70.08"}}
}

test_what_is_allowed_passes if {
	count(findings({"budget": {"max_increase_percent": 100}})) == 0
	count(findings({"change_usd": -7, "change_percent": -10})) == 0
}

test_a_first_plan_passes if {
	first := object.remove(doubled, ["change_percent"])
	found := max_increase.deny with input as {"cost": object.union(first, {"before_monthly_usd": 0, "change_usd": 140.16})}
	count(found) == 0
}

test_nothing_to_compare_passes if {
	alone := object.remove(doubled, ["change_percent", "change_usd", "change_known", "before_monthly_usd", "before_unpriced_count"])
	count(max_increase.deny) == 0 with input as {"cost": alone}
}

test_a_raise_that_only_a_missing_price_makes_is_open if {
	found := findings({"before_unpriced_count": 1, "change_known": false})
	{finding.undetermined | some finding in found} == {"whether the bill is raised by more than 20% depends on prices: 1 item has no known price before the plan"}
}

test_a_price_missing_afterwards_is_open if {
	found := findings({
		"change_percent": 0, "change_usd": 0, "change_known": false, "unpriced_count": 1,
		"resources": {"aws_instance.odd": {"change_usd": 0, "unpriced": ["p99.mega: no price book has it"]}},
	})
	found == {{
		"message": "what has no known price may raise the bill by more than is allowed",
		"undetermined": "whether the bill is raised by more than 20% depends on prices: 1 item has no known price (aws_instance.odd: p99.mega: no price book has it)",
	}}
}

test_a_price_missing_on_both_sides_passes if {
	count(findings({"change_percent": 5, "unpriced_count": 1, "before_unpriced_count": 1, "change_known": true})) == 0
}

test_no_limit_passes if {
	found := max_increase.deny with input as {"cost": object.union(object.remove(doubled, ["budget"]), {"budget": {"monthly_usd": 5}})}
	count(found) == 0
}

test_nothing_known_before_is_open if {
	found := findings({"change_percent": 0, "before_monthly_usd": 0, "before_unpriced_count": 1, "change_known": false})
	{finding.undetermined | some finding in found} == {"whether the bill is raised by more than 20% depends on prices: 1 item has no known price before the plan"}
}

test_a_first_plan_without_prices_passes if {
	first := object.remove(doubled, ["change_percent"])
	new := {"before_monthly_usd": 0, "change_usd": 140.16, "unpriced_count": 1, "change_known": false}
	found := max_increase.deny with input as {"cost": object.union(first, new)}
	count(found) == 0
}
