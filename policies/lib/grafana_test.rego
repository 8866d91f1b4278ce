package parapet.lib.grafana_test

import data.parapet.lib.grafana
import rego.v1

panel(title) := {"type": "timeseries", "title": title, "targets": [{"expr": "up"}]}

test_panels_of_rows_and_of_the_wrapping_of_the_api_are_found if {
	board := {"dashboard": {"title": "t", "rows": [{"panels": [panel("a"), panel("")]}]}}
	{place.path | some place in grafana.panels(board)} == {
		["dashboard", "rows", 0, "panels", 0],
		["dashboard", "rows", 0, "panels", 1],
	}
	{place.label | some place in grafana.panels(board)} == {"panel \"a\"", "panel #2"}
}

test_a_query_to_another_data_source_is_none if {
	other := object.union(panel("a"), {"datasource": "Warehouse"})
	count(grafana.queries({"title": "t", "panels": [other]})) == 0
	named := object.union(panel("a"), {"datasource": "Prometheus"})
	count(grafana.queries({"title": "t", "panels": [named]})) == 1
}

test_a_target_may_have_a_data_source_of_its_own if {
	target := {"expr": "select 1", "datasource": {"type": "mysql"}}
	count(grafana.queries({"title": "t", "panels": [{"type": "table", "targets": [target]}]})) == 0
}
