# METADATA
# title: Everything has an owner
# custom:
#   severity: medium
#   remediation: Add the tag; cost and data of what has no owner are nobody's.
package guardrails.ownership

import rego.v1

deny contains {"msg": message, "path": ["platform", "tags"]} if {
	some tag in input.required_tags
	object.get(input.platform.tags, tag, "") == ""
	message := sprintf("the tag %s is missing", [tag])
}
