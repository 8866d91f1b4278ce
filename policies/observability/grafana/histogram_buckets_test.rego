package parapet.observability.grafana.histogram_buckets_test

import data.parapet.observability.grafana.histogram_buckets
import rego.v1

findings(document) := found if {
	found := histogram_buckets.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [
					{
						"expr": "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[5m])) by (service))",
					},
				],
			},
		],
	}) == {
		{
			"path": ["panels", 0, "targets", 0, "expr"],
			"message": "panel \"Requests\" sums buckets without `le`",
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
				"targets": [
					{
						"expr": "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[5m])) by (le, service))",
					},
				],
			},
		],
	})) == 0
}

test_heatmap_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "heatmap",
				"title": "Requests",
				"targets": [{"expr": "sum by (backend) (rate(query_duration_seconds_bucket[5m]))"}],
			},
		],
	}) == {
		{
			"path": ["panels", 0, "targets", 0, "expr"],
			"message": "panel \"Requests\" sums buckets without `le`",
		},
	}
}

test_heatmap_of_everything_fails if {
	findings({
		"title": "Orders",
		"panels": [
			{
				"type": "heatmap",
				"title": "Requests",
				"targets": [{"expr": "sum(rate(query_duration_seconds_bucket[5m]))"}],
			},
		],
	}) == {
		{
			"path": ["panels", 0, "targets", 0, "expr"],
			"message": "panel \"Requests\" sums buckets without `le`",
		},
	}
}

test_grouped_first_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [
					{
						"expr": "histogram_quantile(0.9, sum by (le) (rate(query_duration_seconds_bucket[5m])))",
					},
				],
			},
		],
	})) == 0
}

test_without_another_label_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [
					{
						"expr": "histogram_quantile(0.9, sum without (pod) (rate(query_duration_seconds_bucket[5m])))",
					},
				],
			},
		],
	})) == 0
}

test_one_bucket_of_each_service_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [
					{
						"expr": "sum by (service) (rate(x_bucket{le=\"0.3\"}[5m])) / sum by (service) (rate(x_count[5m]))",
					},
				],
			},
		],
	})) == 0
}

test_bounded_share_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [
					{"expr": "sum(rate(x_bucket{le=\"0.3\"}[5m])) / sum(rate(x_count[5m]))"},
				],
			},
		],
	})) == 0
}

test_counter_passes if {
	count(findings({
		"title": "Orders",
		"panels": [
			{
				"type": "timeseries",
				"title": "Requests",
				"targets": [{"expr": "sum(rate(requests_total[5m])) by (service)"}],
			},
		],
	})) == 0
}

panel(expr) := {"title": "Orders", "panels": [{"type": "timeseries", "title": "Requests", "targets": [{"expr": expr}]}]}

test_quantile_of_everything_fails if {
	findings(panel("histogram_quantile(0.95, sum(rate(x_bucket[5m])))")) == {
		{"path": ["panels", 0, "targets", 0, "expr"], "message": "panel \"Requests\" sums buckets without `le`"},
	}
}

test_sum_that_is_no_quantile_passes if count(findings(panel("sum(rate(x_bucket[5m]))"))) == 0
