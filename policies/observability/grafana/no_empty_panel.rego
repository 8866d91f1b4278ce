# METADATA
# title: Every panel shows something
# description: A panel without a query stands for a question that nobody answers, and looks like a service that is quiet.
# custom:
#   severity: low
#   documents: [grafana_dashboard]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4, CA-7], iso-27001: [A.8.16], pci-dss: ["10.7"]}
#   remediation: Give the panel a query, or take it out.
package parapet.observability.grafana.no_empty_panel

import data.parapet.lib.grafana
import data.parapet.lib.kubernetes as k8s
import rego.v1

# These show something else than the answer to a query.
without_queries := {
	"alertGroups", "alertlist", "annolist", "canvas", "dashlist", "gettingstarted", "news", "pluginlist", "row", "text",
	"welcome",
}

deny contains {"path": panel.path, "message": sprintf("%s asks nothing", [panel.label])} if {
	some panel in grafana.panels(input.document)
	not panel.spec.type in without_queries
	not panel.spec.libraryPanel
	not panel.spec.snapshotData
	not asks(panel.spec)
}

asks(panel) if {
	some target in k8s.list_at(panel, "targets")
	not blank(target)
}

# A query to Prometheus or Loki without text.
blank(target) if object.get(target, "expr", "-") == ""

blank(target) if {
	fields := {field | some field, value in target; not field in {"datasource", "refId", "hide", "editorMode", "legendFormat", "range", "instant", "format", "interval", "intervalFactor"}}
	count(fields) == 0
}
