package parapet.observability.grafana.supported_panels_test

import data.parapet.observability.grafana.supported_panels
import rego.v1

findings(document) := found if {
	found := supported_panels.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"title": "Orders",
		"panels": [{"type": "graph", "title": "Requests", "targets": [{"expr": "up"}]}],
	}) == {
		{
			"path": ["panels", 0, "type"],
			"message": "panel \"Requests\" is a `graph`: use `timeseries`",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"title": "Orders",
		"panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": "up"}]}],
	})) == 0
}

test_single_number_fails if {
	findings({
		"title": "Orders",
		"panels": [{"type": "singlestat", "title": "Requests", "targets": [{"expr": "up"}]}],
	}) == {
		{
			"path": ["panels", 0, "type"],
			"message": "panel \"Requests\" is a `singlestat`: use `stat`",
		},
	}
}

test_plugin_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{"type": "marcusolsson-gantt-panel", "title": "Requests", "targets": [{"expr": "up"}]},
		],
	})) == 0
}
