package parapet.observability.grafana.no_empty_panel_test

import data.parapet.observability.grafana.no_empty_panel
import rego.v1

findings(document) := found if {
	found := no_empty_panel.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"title": "Orders",
		"panels": [{"type": "timeseries", "title": "Requests", "targets": []}],
	}) == {
		{"path": ["panels", 0], "message": "panel \"Requests\" asks nothing"},
	}
}

test_good_example_passes if {
	count(findings({
		"title": "Orders",
		"panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": "up"}]}],
	})) == 0
}

test_blank_query_fails if {
	findings({
		"title": "Orders",
		"panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": ""}]}],
	}) == {
		{"path": ["panels", 0], "message": "panel \"Requests\" asks nothing"},
	}
}

test_no_targets_fails if {
	findings({"title": "Orders", "panels": [{"type": "stat", "title": "Errors"}]}) == {
		{"path": ["panels", 0], "message": "panel \"Errors\" asks nothing"},
	}
}

test_reference_alone_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "stat",
				"title": "Errors",
				"targets": [{"refId": "A", "datasource": {"type": "prometheus"}}],
			},
		],
	}) == {
		{"path": ["panels", 0], "message": "panel \"Errors\" asks nothing"},
	}
}

test_text_passes if {
	count(findings({
		"title": "Orders",
		"panels": [{"type": "text", "title": "Read me", "options": {"content": "x"}}],
	})) == 0
}

test_library_panel_passes if {
	count(findings({
		"title": "Orders",
		"panels": [{"type": "timeseries", "title": "x", "libraryPanel": {"uid": "a", "name": "x"}}],
	})) == 0
}

test_another_language_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{"type": "table", "title": "x", "targets": [{"refId": "A", "rawSql": "select 1"}]},
		],
	})) == 0
}

test_row_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "row",
				"title": "x",
				"panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": "up"}]}],
			},
		],
	})) == 0
}
