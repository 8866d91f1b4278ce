package parapet.observability.grafana.queries_parse_test

import data.parapet.observability.grafana.queries_parse
import rego.v1

findings(document) := found if {
	found := queries_parse.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "sum(rate(http_requests_total[5m])"}],
			},
		],
	}) == {
		{
			"path": ["panels", 0, "targets", 0, "expr"],
			"message": "panel \"Requests\": `,` is expected, and not the end",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "sum(rate(http_requests_total[5m]))"}],
			},
		],
	})) == 0
}

test_no_range_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "rate(http_requests_total)"}],
			},
		],
	}) == {
		{
			"path": ["panels", 0, "targets", 0, "expr"],
			"message": "panel \"Requests\": `rate` needs a range of samples, as in `rate(x[5m])`",
		},
	}
}

test_in_a_row_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "row",
				"title": "r",
				"panels": [
					{"type": "timeseries", "title": "Requests", "targets": [{"expr": "sum("}]},
				],
			},
		],
	}) == {
		{
			"path": ["panels", 0, "panels", 0, "targets", 0, "expr"],
			"message": "panel \"Requests\": something is missing at the end",
		},
	}
}

test_variables_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [
					{
						"expr": "sum(rate(http_requests_total{job=~\"$job\"}[$__rate_interval])) by (${by})",
					},
				],
			},
		],
	})) == 0
}

test_logs_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "{app=\"orders\"} |= \"error\""}],
			},
		],
	})) == 0
}

test_other_data_source_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "SELECT 1"}],
				"datasource": {"type": "mysql", "uid": "a"},
			},
		],
	})) == 0
}

test_named_data_source_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "SELECT 1"}],
				"datasource": "Warehouse",
			},
		],
	})) == 0
}

test_prometheus_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "up"}],
				"datasource": {"type": "prometheus", "uid": "a"},
			},
		],
	})) == 0
}
