package parapet.observability.grafana.field_options_test

import data.parapet.observability.grafana.field_options
import rego.v1

findings(document) := found if {
	found := field_options.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "stat",
				"title": "Requests",
				"targets": [{"expr": "up"}],
				"thresholds": {
					"mode": "absolute",
					"steps": [{"color": "green", "value": null}, {"color": "red", "value": 0.05}],
				},
			},
		],
	}) == {
		{
			"path": ["panels", 0, "thresholds"],
			"message": "panel \"Requests\" does not read thresholds from here",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "stat",
				"title": "Requests",
				"targets": [{"expr": "up"}],
				"fieldConfig": {
					"defaults": {
						"thresholds": {
							"mode": "absolute",
							"steps": [
								{"color": "green", "value": null},
								{"color": "red", "value": 0.05},
							],
						},
					},
				},
			},
		],
	})) == 0
}

test_old_graph_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{"type": "graph", "title": "Requests", "targets": [{"expr": "up"}], "thresholds": []},
		],
	})) == 0
}
