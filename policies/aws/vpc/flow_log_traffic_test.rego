package parapet.aws.vpc.flow_log_traffic_test

import data.parapet.aws.vpc.flow_log_traffic
import rego.v1

findings(values, config) := found if {
	found := flow_log_traffic.deny with input as {"resource": {"values": values, "config": config}}
}

test_accept_fails if {
	findings({"traffic_type": "ACCEPT"}, {"traffic_type": {}}) == {
		{"path": ["traffic_type"], "message": "refused traffic is not recorded"},
	}
}

test_all_passes if count(findings({"traffic_type": "ALL"}, {"traffic_type": {}})) == 0

test_reject_passes if count(findings({"traffic_type": "REJECT"}, {"traffic_type": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
