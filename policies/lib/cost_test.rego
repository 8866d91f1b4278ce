package parapet.lib.cost_test

import data.parapet.lib.cost
import rego.v1

bill := {
	"unpriced_count": 2,
	"before_unpriced_count": 1,
	"resources": {
		"a.small": {"monthly_usd": 9.5, "change_usd": -1, "unpriced": []},
		"a.large": {"monthly_usd": 70.08, "change_usd": 70.08, "unpriced": []},
		"a.huge": {"monthly_usd": 876, "change_usd": 1, "unpriced": []},
		"a.medium": {"monthly_usd": 10, "change_usd": 0, "unpriced": ["Disk: no price book has it"]},
		"a.dark": {"change_usd": 0, "unpriced": ["p99.mega: no price book has it"]},
	},
}

test_amounts_are_to_the_cent if {
	cost.dollars(100) == "$100.00"
	cost.dollars(0.5) == "$0.50"
	cost.dollars(1234.567) == "$1234.57"
}

test_percentages_have_one_decimal if {
	cost.percent(20) == "20%"
	cost.percent(98.8713) == "98.9%"
}

test_the_greatest_come_first if cost.largest(bill) == "a.huge $876.00, a.large $70.08, a.medium $10.00"

test_only_raises_are_listed if cost.raised(bill) == "a.large $70.08, a.huge $1.00"

test_the_first_reason_is_told if {
	cost.without_price(bill) == "2 items have no known price (a.dark: p99.mega: no price book has it)"
}

test_one_item_that_goes if {
	cost.without_price({"unpriced_count": 0, "before_unpriced_count": 1, "resources": {}}) == "1 item has no known price before the plan"
}
