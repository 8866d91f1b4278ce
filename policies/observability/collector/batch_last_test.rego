package parapet.observability.collector.batch_last_test

import data.parapet.observability.collector.batch_last
import rego.v1

findings(document) := found if {
	found := batch_last.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
			"attributes": {},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter", "batch", "attributes"],
					"exporters": ["otlp"],
				},
			},
		},
	}) == {
		{
			"path": ["service", "pipelines", "traces", "processors"],
			"message": "in pipeline traces, attributes comes after batch",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter", "batch"],
					"exporters": ["otlp"],
				},
			},
		},
	})) == 0
}

test_none_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter"],
					"exporters": ["otlp"],
				},
			},
		},
	}) == {
		{
			"path": ["service", "pipelines", "traces", "processors"],
			"message": "pipeline traces sends to otlp without batches",
		},
	}
}

test_queue_of_the_exporter_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"otlp": {
				"endpoint": "tempo:4317",
				"tls": {"insecure": true},
				"sending_queue": {"batch": {"min_size": 8192}},
			},
		},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter"],
					"exporters": ["otlp"],
				},
			},
		},
	})) == 0
}

test_batcher_of_the_exporter_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"otlp": {
				"endpoint": "tempo:4317",
				"tls": {"insecure": true},
				"batcher": {"enabled": true},
			},
		},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter"],
					"exporters": ["otlp"],
				},
			},
		},
	})) == 0
}

test_pulled_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"prometheus": {"endpoint": "0.0.0.0:9464"}},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter"],
					"exporters": ["prometheus"],
				},
			},
		},
	})) == 0
}
