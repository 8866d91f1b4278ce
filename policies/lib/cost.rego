# What a plan costs, in words. `cost` is `input.cost` throughout.
package parapet.lib.cost

import rego.v1

# To the cent: $1234.50. A whole number has no decimals to print.
dollars(amount) := sprintf("$%d.00", [amount]) if amount == round(amount)

dollars(amount) := sprintf("$%.2f", [amount]) if amount != round(amount)

# 20% or 23.4%.
percent(amount) := sprintf("%d%%", [amount]) if amount == round(amount)

percent(amount) := sprintf("%.1f%%", [amount]) if amount != round(amount)

# Items that ought to have a price and have none, before the plan and after it. Usage that nobody stated is not among them.
unpriced_before(cost) := object.get(cost, "before_unpriced_count", 0)

# The resources that cost most: `aws_instance.a $876.00, aws_instance.b $70.08`.
largest(cost) := listed([[resource.monthly_usd, address] |
	some address, resource in cost.resources
	resource.monthly_usd > 0
])

# The resources that raise the bill most.
raised(cost) := listed([[resource.change_usd, address] |
	some address, resource in cost.resources
	resource.change_usd > 0
])

# The first three of amounts with their addresses, the greatest first.
listed(pairs) := concat(", ", [sprintf("%s %s", [address, dollars(amount)]) |
	ordered := array.reverse(sort(pairs))
	some pair in array.slice(ordered, 0, 3)
	[amount, address] := pair
])

# What the sums do not hold, with the first reason: `2 items have no known price (aws_instance.a: m9.large, ...)`.
without_price(cost) := sprintf("%s no known price (%s)", [counted(cost.unpriced_count), first]) if {
	first := sort([sprintf("%s: %s", [address, reason]) |
		some address, resource in cost.resources
		some reason in resource.unpriced
	])[0]
} else := sprintf("%s no known price before the plan", [counted(unpriced_before(cost))])

counted(1) := "1 item has"

counted(number) := sprintf("%d items have", [number]) if number != 1
