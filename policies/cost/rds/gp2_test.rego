package parapet.cost.rds.gp2_test

import data.parapet.cost.rds.gp2
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := gp2.deny with input as {"resource": {"values": values, "config": config}}
}

test_gp2_fails if {
	findings({"storage_type": "gp2"}, {"storage_type": {}}) == {
		{"path": ["storage_type"], "message": "gp2 has fewer IOPS for the same price"},
	}
}

test_gp3_passes if count(findings({"storage_type": "gp3"}, {"storage_type": {}})) == 0

test_io2_passes if count(findings({"storage_type": "io2"}, {"storage_type": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"storage_type": {"references": ["var.x"]}}), [["storage_type"]])
}
