# Reads dashboards of Grafana: their panels, in rows or not, and the queries to Prometheus in them.
package parapet.lib.grafana

import data.parapet.lib.kubernetes as k8s
import rego.v1

# The dashboard itself, and the path to it: the API of Grafana wraps it, files do not.
prefix(document) := ["dashboard"] if {
	is_object(document.dashboard)
} else := []

dashboard(document) := document.dashboard if {
	is_object(document.dashboard)
} else := document

# Every panel with its path, rows left out.
panels(document) := {panel |
	some place in places(dashboard(document))
	place.spec.type != "row"
	panel := {"path": array.concat(prefix(document), place.path), "spec": place.spec, "label": label(place)}
}

places(board) := {place |
	some index, spec in k8s.list_at(board, "panels")
	place := {"path": ["panels", index], "spec": spec}
} | {place |
	some list in ["panels", "rows"]
	some row, holder in k8s.list_at(board, list)
	some index, spec in k8s.list_at(holder, "panels")
	place := {"path": [list, row, "panels", index], "spec": spec}
}

label(place) := sprintf("panel %q", [place.spec.title]) if {
	is_string(place.spec.title)
	place.spec.title != ""
} else := sprintf("panel #%d", [place.path[count(place.path) - 1] + 1])

# The queries in PromQL: those of a Prometheus data source, and those of no data source that look like no other language.
queries(document) := {query |
	some panel in panels(document)
	some index, target in k8s.list_at(panel.spec, "targets")
	is_string(target.expr)
	target.expr != ""
	in_promql(panel.spec, target)
	query := {
		"path": array.concat(panel.path, ["targets", index, "expr"]),
		"expr": target.expr,
		"panel": panel.spec,
		"label": panel.label,
	}
}

in_promql(panel, target) if source_type(panel, target) == "prometheus"

in_promql(panel, target) if {
	source_type(panel, target) == ""
	not regex.match(`\}\s*\|`, target.expr)
}

source_type(panel, target) := target.datasource.type if {
	is_string(target.datasource.type)
} else := panel.datasource.type if {
	is_string(panel.datasource.type)
} else := "unknown" if {
	is_string(panel.datasource)
	not regex.match(`(?i)prom|mimir|thanos|\$|^default$`, panel.datasource)
} else := ""
