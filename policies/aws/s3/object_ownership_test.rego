package parapet.aws.s3.object_ownership_test

import data.parapet.aws.s3.object_ownership
import rego.v1

findings(values, config) := found if {
	found := object_ownership.deny with input as {"resource": {"values": values, "config": config}}
}

test_objectwriter_fails if {
	findings({"rule": [{"object_ownership": "ObjectWriter"}]}, {"rule": [{"object_ownership": {}}]}) == {
		{"path": ["rule", 0, "object_ownership"], "message": "objects belong to who uploads them"},
	}
}

test_bucketownerenforced_passes if {
	count(findings({"rule": [{"object_ownership": "BucketOwnerEnforced"}]}, {"rule": [{"object_ownership": {}}]})) == 0
}

test_bucketownerpreferred_passes if {
	count(findings({"rule": [{"object_ownership": "BucketOwnerPreferred"}]}, {"rule": [{"object_ownership": {}}]})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
