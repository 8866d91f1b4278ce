package parapet.observability.collector.detailed_debug_test

import data.parapet.observability.collector.detailed_debug
import rego.v1

findings(document) := found if {
	found := detailed_debug.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"debug": {"verbosity": "detailed"},
			"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}},
		},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter", "batch"],
					"exporters": ["otlp", "debug"],
				},
			},
		},
	}) == {
		{
			"path": ["service", "pipelines", "traces", "exporters", 1],
			"message": "debug prints everything",
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

test_basic_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"debug": {"verbosity": "basic"},
			"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}},
		},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter", "batch"],
					"exporters": ["otlp", "debug"],
				},
			},
		},
	})) == 0
}

test_not_in_use_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"debug": {"verbosity": "detailed"},
			"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}},
		},
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
