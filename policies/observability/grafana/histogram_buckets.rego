# METADATA
# title: Sums of histogram buckets keep their bounds
# description: Summed without `le`, the buckets of a histogram, each of which includes the smaller ones, give a number that means nothing, and no quantile or heatmap can be made of it.
# custom:
#   severity: medium
#   documents: [grafana_dashboard]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: "Add `le` to the labels of `by`: `sum(rate(x_bucket[5m])) by (le, ...)`."
package parapet.observability.grafana.histogram_buckets

import data.parapet.lib.grafana
import rego.v1

deny contains {"path": query.path, "message": sprintf("%s sums buckets without `le`", [query.label])} if {
	some query in grafana.queries(input.document)
	some summed in sums(query.expr)
	summed.way == "by"
	not regex.match(`\ble\b|\$`, summed.labels)
	not regex.match(`\ble\s*=`, summed.of)
}

# Without any label nothing is left to tell the buckets apart, which a heatmap or a quantile needs.
deny contains {"path": query.path, "message": sprintf("%s sums buckets without `le`", [query.label])} if {
	some query in grafana.queries(input.document)
	needs_bounds(query)
	regex.match(`\bsum\s*\(\s*(rate|increase|irate)\s*\([^()]*_bucket[^()]*\)\s*\)(\s*$|\s*\))`, query.expr)
}

needs_bounds(query) if query.panel.type == "heatmap"

needs_bounds(query) if contains(query.expr, "histogram_quantile")

# The bounds may be chosen by the query itself: `x_bucket{le="0.3"}` is one bucket.
sums(expr) := {{"of": found[1], "way": found[2], "labels": found[3]} |
	some found in regex.find_all_string_submatch_n(`\bsum\s*\(\s*(?:rate|increase|irate)\s*\(([^()]*_bucket[^()]*)\)\s*\)\s*(by|without)\s*\(([^()]*)\)`, expr, -1)
} | {{"of": found[3], "way": found[1], "labels": found[2]} |
	some found in regex.find_all_string_submatch_n(`\bsum\s*(by|without)\s*\(([^()]*)\)\s*\(\s*(?:rate|increase|irate)\s*\(([^()]*_bucket[^()]*)`, expr, -1)
}
