package parapet.aws.security_group.default_closed_test

import data.parapet.aws.security_group.default_closed
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := default_closed.deny with input as {"resource": {"values": values}}
}

itself := {"protocol": "-1", "from_port": 0, "to_port": 0, "self": true}

anywhere := {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}

test_rules_fail if {
	findings({"ingress": [itself], "egress": [anywhere]}) == {
		{"path": ["ingress", 0, "protocol"], "message": "the default security group lets traffic in"},
		{"path": ["egress", 0, "protocol"], "message": "the default security group lets traffic out"},
	}
}

test_empty_group_passes if count(findings({"ingress": [], "egress": []})) == 0

test_group_without_rules_passes if count(findings({"vpc_id": "vpc-1"})) == 0

test_rule_with_an_unknown_network_fails if {
	not testing.undetermined(findings({"ingress": [itself]}), [["ingress", 0, "cidr_blocks"]])
}

test_rules_that_turn_out_unknown_are_undetermined if testing.undetermined(findings({"ingress": [itself]}), [["ingress"]])

test_unknown_rules_are_undetermined if {
	every direction in ["ingress", "egress"] {
		found := default_closed.deny with input as {"resource": {"values": {}, "config": {direction: [{}]}}}
		testing.undetermined(found, [[direction]])
	}
}
