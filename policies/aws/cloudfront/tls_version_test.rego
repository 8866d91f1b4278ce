package parapet.aws.cloudfront.tls_version_test

import data.parapet.aws.cloudfront.tls_version
import rego.v1

findings(values, config) := found if {
	found := tls_version.deny with input as {"resource": {"values": values, "config": config}}
}

test_old_fails if {
	findings({
		"viewer_certificate": [
			{
				"acm_certificate_arn": "arn",
				"minimum_protocol_version": "TLSv1.1_2016",
			},
		],
	}, {}) == {
		{"path": ["viewer_certificate", 0, "minimum_protocol_version"], "message": "TLS older than 1.2 is admitted"},
	}
}

test_default_fails if {
	findings({"viewer_certificate": [{"iam_certificate_id": "i"}]}, {}) == {
		{"path": ["viewer_certificate", 0, "minimum_protocol_version"], "message": "TLS older than 1.2 is admitted"},
	}
}

test_new_passes if {
	count(findings({"viewer_certificate": [{"minimum_protocol_version": "TLSv1.2_2021"}]}, {})) == 0
}

test_newest_passes if {
	count(findings({"viewer_certificate": [{"minimum_protocol_version": "TLSv1.3_2025"}]}, {})) == 0
}

test_certificate_of_cloudfront_passes if {
	count(findings({
		"viewer_certificate": [
			{
				"cloudfront_default_certificate": true,
				"minimum_protocol_version": "TLSv1",
			},
		],
	}, {})) == 0
}
