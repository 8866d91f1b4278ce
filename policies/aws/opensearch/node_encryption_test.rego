package parapet.aws.opensearch.node_encryption_test

import data.parapet.aws.opensearch.node_encryption
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := node_encryption.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"node_to_node_encryption": [{"enabled": false}]}, {"node_to_node_encryption": [{"enabled": {}}]}) == {
		{"path": ["node_to_node_encryption", 0, "enabled"], "message": "traffic between nodes is not encrypted"},
	}
}

test_not_set_fails if findings({}, {"tags": {}}) == {{"message": "traffic between nodes is not encrypted"}}

test_absent_from_a_state_fails if {
	findings({}, {}) == {
		{"path": ["node_to_node_encryption", 0, "enabled"], "message": "traffic between nodes is not encrypted"},
	}
}

test_on_passes if {
	count(findings({"node_to_node_encryption": [{"enabled": true}]}, {"node_to_node_encryption": [{"enabled": {}}]})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"node_to_node_encryption": [{}]}, {"node_to_node_encryption": [{"enabled": {"references": ["var.x"]}}]}), [["node_to_node_encryption", 0, "enabled"]])
}
