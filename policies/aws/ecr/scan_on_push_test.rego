package parapet.aws.ecr.scan_on_push_test

import data.parapet.aws.ecr.scan_on_push
import rego.v1

fault := {"message": "images are not scanned when they are pushed"}

place := {"path": ["image_scanning_configuration", 0, "scan_on_push"]}

plan(scanning, others) := found if {
	repository := {"address": "aws_ecr_repository.a", "values": {"image_scanning_configuration": scanning}, "config": {"name": {}}}
	found := scan_on_push.deny with input as {"plan": {"by_type": object.union({"aws_ecr_repository": [repository]}, others)}}
}

test_not_set_fails if plan([], {}) == {object.union({"address": "aws_ecr_repository.a"}, fault)}

test_off_fails if {
	repository := {
		"address": "aws_ecr_repository.a",
		"values": {"image_scanning_configuration": [{"scan_on_push": false}]},
		"config": {"image_scanning_configuration": [{"scan_on_push": {}}]},
	}
	found := scan_on_push.deny with input as {"plan": {"by_type": {"aws_ecr_repository": [repository]}}}
	found == {object.union({"address": "aws_ecr_repository.a"}, object.union(place, fault))}
}

test_on_passes if count(plan([{"scan_on_push": true}], {})) == 0

test_registry_passes if count(plan([], {"aws_ecr_registry_scanning_configuration": [{"values": {"scan_type": "ENHANCED"}}]})) == 0
