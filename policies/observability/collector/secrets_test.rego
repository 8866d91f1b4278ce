package parapet.observability.collector.secrets_test

import data.parapet.observability.collector.secrets
import rego.v1

findings(document) := found if {
	found := secrets.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {
			"otlp": {
				"endpoint": "tempo:4317",
				"headers": {"authorization": "Bearer c2VjcmV0LXRva2Vu"},
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
			"path": ["exporters", "otlp", "headers", "authorization"],
			"message": "`authorization` holds a secret in clear",
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
		"exporters": {
			"otlp": {
				"endpoint": "tempo:4317",
				"headers": {"authorization": "Bearer ${env:OTLP_TOKEN}"},
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

test_password_fails if {
	findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"extensions": {"basicauth": {"client_auth": {"username": "ci", "password": "hunter2"}}},
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
			"path": ["extensions", "basicauth", "client_auth", "password"],
			"message": "`password` holds a secret in clear",
		},
	}
}

test_file_passes if {
	count(findings({
		"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}}}},
		"processors": {
			"memory_limiter": {"check_interval": "1s", "limit_percentage": 80},
			"batch": {"timeout": "1s"},
		},
		"exporters": {"otlp": {"endpoint": "tempo:4317", "tls": {"insecure": true}}},
		"extensions": {"bearertokenauth": {"filename": "/run/secrets/token"}},
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
