package parapet.aws.cloudtrail.multi_region_test

import data.parapet.aws.cloudtrail.multi_region
import data.parapet.lib.testing
import rego.v1

findings(trails) := found if {
	found := multi_region.deny with input as {"plan": {"by_type": {"aws_cloudtrail": trails}}}
}

trail(name, values) := {"address": sprintf("aws_cloudtrail.%s", [name]), "values": object.union(complete, values)}

complete := {"is_multi_region_trail": true, "enable_logging": true, "include_global_service_events": true}

local := {"is_multi_region_trail": false}

one_region(name) := {
	"address": sprintf("aws_cloudtrail.%s", [name]),
	"path": ["is_multi_region_trail"],
	"message": "records one region only",
}

test_single_region_trail_fails if findings([trail("main", local)]) == {one_region("main")}

test_several_single_region_trails_fail if {
	findings([trail("main", local), trail("data", local)]) == {one_region("main"), one_region("data")}
}

test_stopped_trail_fails if {
	findings([trail("main", {"enable_logging": false})]) == {{
		"address": "aws_cloudtrail.main",
		"path": ["enable_logging"],
		"message": "records nothing",
	}}
}

test_trail_without_global_services_fails if {
	findings([trail("main", {"include_global_service_events": false})]) == {{
		"address": "aws_cloudtrail.main",
		"path": ["include_global_service_events"],
		"message": "leaves out global services such as IAM",
	}}
}

test_multi_region_trail_passes if count(findings([trail("main", {})])) == 0

test_further_trails_pass if count(findings([trail("main", {}), trail("data", local)])) == 0

test_no_trail_passes if count(findings([])) == 0

test_unknown_is_undetermined if {
	unknown := {"address": "aws_cloudtrail.main", "values": object.remove(complete, ["is_multi_region_trail"])}
	testing.undetermined(findings([unknown]), [["is_multi_region_trail"]])
}
