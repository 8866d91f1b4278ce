package parapet.cost.ecr.lifecycle_test

import data.parapet.cost.ecr.lifecycle
import data.parapet.lib.testing
import rego.v1

whole(values, config) := {
	"address": "aws_ecr_repository.a", "type": "aws_ecr_repository", "name": "a",
	"values": values, "config": config,
}

part(values, config) := {"address": "aws_ecr_lifecycle_policy.b", "type": "aws_ecr_lifecycle_policy", "values": values, "config": config}

found(wholes, parts) := findings if {
	findings := lifecycle.deny with input as {"plan": {"by_type": {"aws_ecr_repository": wholes, "aws_ecr_lifecycle_policy": parts}}}
}

test_none_fails if {
	found([whole({"name": "a"}, {"name": {}})], []) == {{"address": "aws_ecr_repository.a", "message": "images are kept, and paid for, for ever"}}
}

test_named_by_value_passes if count(found([whole({"name": "a"}, {})], [part({"repository": "a"}, {})])) == 0

test_named_by_reference_passes if {
	count(found([whole({}, {})], [part({}, {"repository": {"references": ["aws_ecr_repository.a.id", "aws_ecr_repository.a"]}})])) == 0
}

test_of_unknown_use_is_undetermined if {
	parts := [part({}, {"repository": {"references": ["var.name"]}})]
	testing.undetermined(found([whole({"name": "a"}, {})], parts), [["repository"]])
}
