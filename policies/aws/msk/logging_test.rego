package parapet.aws.msk.logging_test

import data.parapet.aws.msk.logging
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := logging.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if findings({}, {"cluster_name": {}}) == {{"message": "broker logs are not delivered"}}

test_off_fails if {
	findings({"logging_info": [{"broker_logs": [{"s3": [{"enabled": false}]}]}]}, {"logging_info": [{}]}) == {
		{"path": ["logging_info"], "message": "broker logs are not delivered"},
	}
}

test_cloudwatch_passes if {
	count(findings({"logging_info": [{"broker_logs": [{"cloudwatch_logs": [{"enabled": true}]}]}]}, {"logging_info": [{}]})) == 0
}

test_s3_passes if {
	count(findings({"logging_info": [{"broker_logs": [{"s3": [{"enabled": true}]}]}]}, {"logging_info": [{}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"logging_info": [{}]}), [["logging_info"]])
}
