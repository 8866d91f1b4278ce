package observability.dashboards

import rego.v1

deny contains {"msg": sprintf("dashboard %s: is wrapped in `dashboard`, as Grafana's API wants it; provisioned, it shows nothing", [name]), "path": ["dashboards", name]} if {
	some name, dashboard in input.dashboards
	dashboard.dashboard
}

deny contains {"msg": sprintf("dashboard %s: has no %s", [name, field]), "path": ["dashboards", name]} if {
	some name, dashboard in input.dashboards
	not dashboard.dashboard
	some field in ["title", "uid", "panels"]
	not dashboard[field]
}

deny contains {"msg": sprintf("dashboards %s and %s have the same uid: one would replace the other", [first, second]), "path": ["dashboards", second]} if {
	some first, one in input.dashboards
	some second, other in input.dashboards
	first < second
	one.uid == other.uid
}

# Removed in Grafana 12: https://grafana.com/docs/grafana/latest/whatsnew/, "removal of Angular".
removed := {"graph": "timeseries", "singlestat": "stat", "table-old": "table"}

deny contains {"msg": sprintf("dashboard %s, panel %q: Grafana has no panel %q any more; use %q", [name, panel.title, panel.type, removed[panel.type]]), "path": ["dashboards", name, "panels", index]} if {
	some name, dashboard in input.dashboards
	some index, panel in dashboard.panels
	removed[panel.type]
}

deny contains {"msg": sprintf("dashboard %s, panel %q: a query is empty", [name, panel.title]), "path": ["dashboards", name, "panels", index]} if {
	some name, dashboard in input.dashboards
	some index, panel in dashboard.panels
	some target in panel.targets
	object.get(target, "expr", "x") == ""
}
