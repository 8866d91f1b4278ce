package parapet.aws.cloudfront.origin_https_test

import data.parapet.aws.cloudfront.origin_https
import rego.v1

findings(values, config) := found if {
	found := origin_https.deny with input as {"resource": {"values": values, "config": config}}
}

test_http_fails if {
	findings({
		"origin": [
			{
				"domain_name": "a.example.com",
				"custom_origin_config": [
					{
						"origin_protocol_policy": "match-viewer",
						"origin_ssl_protocols": ["TLSv1.2"],
					},
				],
			},
		],
	}, {}) == {
		{"path": ["origin", 0, "custom_origin_config", 0, "origin_protocol_policy"], "message": "the origin is asked over HTTP (match-viewer)"},
	}
}

test_old_tls_fails if {
	findings({
		"origin": [
			{
				"domain_name": "a.example.com",
				"custom_origin_config": [
					{
						"origin_protocol_policy": "https-only",
						"origin_ssl_protocols": ["TLSv1", "TLSv1.2"],
					},
				],
			},
		],
	}, {}) == {
		{"path": ["origin", 0, "custom_origin_config", 0, "origin_ssl_protocols"], "message": "the origin may be asked over TLSv1"},
	}
}

test_https_passes if {
	count(findings({
		"origin": [
			{
				"domain_name": "a.example.com",
				"custom_origin_config": [
					{
						"origin_protocol_policy": "https-only",
						"origin_ssl_protocols": ["TLSv1.2"],
					},
				],
			},
		],
	}, {})) == 0
}

test_website_of_s3_passes if {
	count(findings({
		"origin": [
			{
				"domain_name": "b.s3-website-eu-west-1.amazonaws.com",
				"custom_origin_config": [
					{
						"origin_protocol_policy": "http-only",
						"origin_ssl_protocols": ["TLSv1.2"],
					},
				],
			},
		],
	}, {})) == 0
}

test_unknown_name_says_nothing if {
	count(findings({"origin": [{"custom_origin_config": [{"origin_protocol_policy": "http-only"}]}]}, {})) == 0
}

test_bucket_passes if count(findings({"origin": [{"domain_name": "b.s3.amazonaws.com"}]}, {})) == 0
