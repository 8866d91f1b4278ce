# METADATA
# title: Thresholds stand where panels read them
# description: Panels read thresholds from `fieldConfig.defaults`; beside the queries they are ignored, and the number that should turn red stays as it is.
# custom:
#   severity: low
#   documents: [grafana_dashboard]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Move `thresholds` to `fieldConfig.defaults` of the panel.
package parapet.observability.grafana.field_options

import data.parapet.lib.grafana
import rego.v1

deny contains {"path": array.concat(panel.path, ["thresholds"]), "message": sprintf("%s does not read thresholds from here", [panel.label])} if {
	some panel in grafana.panels(input.document)
	panel.spec.type in {"bargauge", "barchart", "gauge", "heatmap", "stat", "state-timeline", "status-history", "table", "timeseries"}
	is_object(panel.spec.thresholds)
	not panel.spec.fieldConfig.defaults.thresholds
}
