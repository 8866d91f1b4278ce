package parapet.aws.ecr.immutable_tags_test

import data.parapet.aws.ecr.immutable_tags
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := immutable_tags.deny with input as {"resource": {"values": values, "config": config}}
}

test_mutable_fails if {
	findings({"image_tag_mutability": "MUTABLE"}, {"image_tag_mutability": {}}) == {
		{"path": ["image_tag_mutability"], "message": "tags can be moved to another image"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["image_tag_mutability"], "message": "tags can be moved to another image"},
	}
}

test_immutable_passes if {
	count(findings({"image_tag_mutability": "IMMUTABLE"}, {"image_tag_mutability": {}})) == 0
}

test_immutable_with_exclusion_passes if {
	count(findings({"image_tag_mutability": "IMMUTABLE_WITH_EXCLUSION"}, {"image_tag_mutability": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"image_tag_mutability": {"references": ["var.x"]}}), [["image_tag_mutability"]])
}
