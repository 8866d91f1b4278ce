package parapet.aws.sns.http_subscription_test

import data.parapet.aws.sns.http_subscription
import rego.v1

findings(values, config) := found if {
	found := http_subscription.deny with input as {"resource": {"values": values, "config": config}}
}

test_http_fails if {
	findings({"protocol": "http"}, {"protocol": {}}) == {
		{"path": ["protocol"], "message": "messages are sent in the clear"},
	}
}

test_https_passes if count(findings({"protocol": "https"}, {"protocol": {}})) == 0

test_sqs_passes if count(findings({"protocol": "sqs"}, {"protocol": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
