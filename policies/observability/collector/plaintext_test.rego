package parapet.observability.collector.plaintext_test

import data.parapet.observability.collector.plaintext
import rego.v1

findings(document) := found if {
	found := plaintext.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "otlp.example.com:4317", "tls": {"insecure": true}}},
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
		{
			"path": ["exporters", "otlp", "endpoint"],
			"message": "exporter otlp sends to otlp.example.com in clear",
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
		"exporters": {"otlp": {"endpoint": "otlp.example.com:4317"}},
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

test_http_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"otlphttp": {"endpoint": "http://203.0.113.7:4318", "tls": {"insecure": true}},
		},
		"service": {
			"pipelines": {
				"traces": {
					"receivers": ["otlp"],
					"processors": ["memory_limiter", "batch"],
					"exporters": ["otlphttp"],
				},
			},
		},
	}) == {
		{
			"path": ["exporters", "otlphttp", "endpoint"],
			"message": "exporter otlphttp sends to 203.0.113.7 in clear",
		},
	}
}

test_one_of_several_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"elasticsearch": {
				"endpoints": ["http://search.example.org:9200"],
				"tls": {"insecure": true},
			},
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
		{
			"path": ["exporters", "elasticsearch", "endpoints", 0],
			"message": "exporter elasticsearch sends to search.example.org in clear",
		},
	}
}

test_in_the_cluster_passes if {
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

test_service_and_namespace_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo.monitoring:4317", "tls": {"insecure": true}}},
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

test_full_name_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"otlp": {
				"endpoint": "tempo.monitoring.svc.cluster.local:4317",
				"tls": {"insecure": true},
			},
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

test_private_address_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "10.1.2.3:4317", "tls": {"insecure": true}}},
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

test_variable_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "${env:OTLP_ENDPOINT}", "tls": {"insecure": true}}},
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

test_https_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlphttp": {"endpoint": "https://otlp.example.com"}},
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
