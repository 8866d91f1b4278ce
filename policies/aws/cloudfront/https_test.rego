package parapet.aws.cloudfront.https_test

import data.parapet.aws.cloudfront.https
import rego.v1

findings(values, config) := found if {
	found := https.deny with input as {"resource": {"values": values, "config": config}}
}

test_allow_all_fails if {
	findings({
		"default_cache_behavior": [{"viewer_protocol_policy": "allow-all"}],
		"ordered_cache_behavior": [
			{"viewer_protocol_policy": "https-only"},
			{"viewer_protocol_policy": "allow-all"},
		],
	}, {}) == {
		{"path": ["default_cache_behavior", 0, "viewer_protocol_policy"], "message": "viewers are served over plain HTTP"},
		{"path": ["ordered_cache_behavior", 1, "viewer_protocol_policy"], "message": "viewers are served over plain HTTP"},
	}
}

test_https_passes if {
	count(findings({"default_cache_behavior": [{"viewer_protocol_policy": "redirect-to-https"}]}, {})) == 0
}
