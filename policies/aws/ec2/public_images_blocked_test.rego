package parapet.aws.ec2.public_images_blocked_test

import data.parapet.aws.ec2.public_images_blocked
import rego.v1

findings(values, config) := found if {
	found := public_images_blocked.deny with input as {"resource": {"values": values, "config": config}}
}

test_unblocked_fails if {
	findings({"state": "unblocked"}, {"state": {}}) == {
		{"path": ["state"], "message": "may be shared with everyone"},
	}
}

test_block_all_sharing_passes if count(findings({"state": "block-all-sharing"}, {"state": {}})) == 0

test_block_new_sharing_passes if count(findings({"state": "block-new-sharing"}, {"state": {}})) == 0

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
