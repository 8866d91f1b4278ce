# METADATA
# title: Panels are of a type that Grafana still shows
# description: "`graph`, `singlestat` and `table-old` were made with AngularJS, which Grafana 12 no longer loads: the panel stays empty or is replaced by a guess."
# custom:
#   severity: low
#   documents: [grafana_dashboard]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-2, CM-6], iso-27001: [A.8.9, A.8.19]}
#   remediation: Use `timeseries`, `stat` and `table`, and save the dashboard from a current Grafana.
package parapet.observability.grafana.supported_panels

import data.parapet.lib.grafana
import rego.v1

successors := {"graph": "timeseries", "grafana-piechart-panel": "piechart", "grafana-worldmap-panel": "geomap", "singlestat": "stat", "table-old": "table"}

deny contains {"path": array.concat(panel.path, ["type"]), "message": sprintf("%s is a `%s`: use `%s`", [panel.label, panel.spec.type, successor])} if {
	some panel in grafana.panels(input.document)
	successor := successors[panel.spec.type]
}
