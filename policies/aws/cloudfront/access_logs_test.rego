package parapet.aws.cloudfront.access_logs_test

import data.parapet.aws.cloudfront.access_logs
import rego.v1

found(values, config, sources) := findings if {
	findings := access_logs.deny with input as {"plan": {"by_type": {
		"aws_cloudfront_distribution": [{"address": "aws_cloudfront_distribution.a", "values": values, "config": config}],
		"aws_cloudwatch_log_delivery_source": sources,
	}}}
}

test_none_fails if {
	found({"logging_config": []}, {"enabled": {}}, []) == {{"address": "aws_cloudfront_distribution.a", "message": "access is not logged"}}
}

test_logs_in_a_bucket_pass if count(found({"logging_config": [{"bucket": "b"}]}, {}, [])) == 0

test_logs_through_cloudwatch_pass if count(found({}, {"enabled": {}}, [{"values": {"log_type": "ACCESS_LOGS"}}])) == 0

test_logs_in_real_time_pass if {
	count(found({"default_cache_behavior": [{"realtime_log_config_arn": "arn"}]}, {"enabled": {}}, [])) == 0
	count(found({}, {"default_cache_behavior": [{"realtime_log_config_arn": {"references": ["a.b"]}}]}, [])) == 0
}
