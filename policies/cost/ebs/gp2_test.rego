package parapet.cost.ebs.gp2_test

import data.parapet.cost.ebs.gp2
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := gp2.deny with input as {"resource": {"values": values, "config": config}}
}

test_gp2_fails if {
	findings({"type": "gp2"}, {"type": {}}) == {{"path": ["type"], "message": "gp2 costs a quarter more than gp3"}}
}

test_default_fails if {
	findings({}, {"size": {}}) == {{"message": "EBS takes gp2, as `type` is not set; gp3 costs a fifth less"}}
}

test_others_pass if count(findings({"type": "gp3"}, {"type": {}})) == 0

test_fast_passes if count(findings({"type": "io2"}, {"type": {}})) == 0

test_unknown_is_undetermined if testing.undetermined(findings({}, {"type": {}}), [["type"]])
