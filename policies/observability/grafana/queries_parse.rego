# METADATA
# title: Queries of dashboards parse
# description: A panel whose query is no PromQL shows an error where the answer should be, and it is seen when the dashboard is needed.
# custom:
#   severity: medium
#   documents: [grafana_dashboard]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Correct the query; Grafana shows the same error below the query editor.
package parapet.observability.grafana.queries_parse

import data.parapet.lib.grafana
import rego.v1

deny contains {"path": query.path, "message": sprintf("%s: %s", [query.label, fault])} if {
	some query in grafana.queries(input.document)
	fault := promql.fault(query.expr)
}
