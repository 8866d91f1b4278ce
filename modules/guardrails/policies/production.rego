# METADATA
# title: Production survives mistakes and the loss of a region
# custom:
#   severity: high
#   remediation: Turn deletion protection on, and have a second region with `rpo_seconds` and `rto_minutes`.
package guardrails.production

import rego.v1

production if startswith(input.platform.environment, "prod")

deny contains {"msg": "production without deletion protection", "path": ["platform", "deletion_protection"]} if {
	production
	not input.platform.deletion_protection
}

deny contains {"msg": "production in one region", "path": ["platform", "regions"]} if {
	production
	count(input.platform.regions) < 2
}

deny contains {"msg": message, "path": ["platform", name]} if {
	production
	some name in ["rpo_seconds", "rto_minutes"]
	not is_number(object.get(input.platform, name, null))
	message := sprintf("production without %s: nobody has said what a failover may cost", [name])
}
