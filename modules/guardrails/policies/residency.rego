# METADATA
# title: Data stays in the allowed regions
# custom:
#   severity: high
#   remediation: Take another region, or extend `allowed_regions` after those who answer for the data agree.
package guardrails.residency

import rego.v1

deny contains {"msg": message, "path": ["platform", "regions", index]} if {
	some index, region in input.platform.regions
	not allowed(region)
	message := sprintf("%s is not one of the allowed regions: %s", [region, concat(", ", input.allowed_regions)])
}

allowed(region) if {
	some pattern in input.allowed_regions
	glob.match(pattern, ["/"], region)
}
