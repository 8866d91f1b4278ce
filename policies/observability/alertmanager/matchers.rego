# METADATA
# title: Routes and inhibitions use matchers
# description: "`match`, `match_re` and their likes are deprecated; `matchers` says the same, and says `!=` and `!~` as well."
# custom:
#   severity: low
#   documents: [alertmanager]
#   controls: {nist-800-53: [CM-6], iso-27001: [A.8.9]}
#   remediation: "Write `matchers: [severity=\"critical\", service=~\".*tools.*\"]`; `source_matchers` and `target_matchers` of inhibitions."
package parapet.observability.alertmanager.matchers

import data.parapet.lib.alertmanager
import rego.v1

deny contains {"path": array.concat(route.path, [field]), "message": sprintf("`%s` is deprecated in favour of `matchers`", [field])} if {
	some route in alertmanager.routes(input.document)
	some field in ["match", "match_re"]
	route.spec[field]
}

deny contains {"path": ["inhibit_rules", index, field], "message": sprintf("`%s` is deprecated in favour of `%s_matchers`", [field, split(field, "_")[0]])} if {
	some index, rule in input.document.inhibit_rules
	some field in ["source_match", "source_match_re", "target_match", "target_match_re"]
	rule[field]
}
