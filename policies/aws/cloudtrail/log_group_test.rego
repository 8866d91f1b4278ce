package parapet.aws.cloudtrail.log_group_test

import data.parapet.aws.cloudtrail.log_group
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := log_group.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({}, {"name": {}}) == {
		{"path": ["cloud_watch_logs_group_arn"], "message": "events are not delivered to CloudWatch Logs"},
	}
}

test_delivered_passes if count(findings({"cloud_watch_logs_group_arn": "arn"}, {})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"cloud_watch_logs_group_arn": {}}), [["cloud_watch_logs_group_arn"]])
}
