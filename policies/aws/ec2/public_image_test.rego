package parapet.aws.ec2.public_image_test

import data.parapet.aws.ec2.public_image
import rego.v1

findings(values, config) := found if {
	found := public_image.deny with input as {"resource": {"values": values, "config": config}}
}

test_all_fails if {
	findings({"group": "all"}, {"group": {}}) == {{"path": ["group"], "message": "everyone may launch the image"}}
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
