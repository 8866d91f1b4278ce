package parapet.observability.collector.used_test

import data.parapet.observability.collector.used
import rego.v1

findings(document) := found if {
	found := used.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
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
					"exporters": ["otlp"],
				},
			},
		},
	}) == {
		{"path": ["exporters", "debug"], "message": "nothing uses debug of `exporters`"},
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

test_connector_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"connectors": {"spanmetrics": {}},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter", "batch"],
					"exporters": ["otlp", "spanmetrics"],
				},
			},
		},
	}) == {
		{
			"path": ["connectors", "spanmetrics"],
			"message": "connector spanmetrics is not both exporter and receiver",
		},
	}
}

test_extension_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"extensions": {"health_check": {}},
		"service": {
			"extensions": ["health_check"],
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
