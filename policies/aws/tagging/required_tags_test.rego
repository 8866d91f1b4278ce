package parapet.aws.tagging.required_tags_test

import data.parapet.aws.tagging.required_tags
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := required_tags.deny with input as {"resource": {"values": values, "config": config}}
}

complete := {"DataClassification": "Confidential", "Compliance": "SOC2,GDPR", "CostCenter": "Engineering"}

written := {"tags": {}}

lacking(path, tags) := {{"path": path, "message": sprintf("tags missing: %s", [tags])}}

test_missing_tag_fails if {
	tags := object.remove(complete, ["CostCenter"])
	findings({"tags": tags, "tags_all": tags}, written) == lacking(["tags"], "CostCenter")
}

test_empty_tag_fails if {
	tags := object.union(complete, {"Compliance": " "})
	findings({"tags": tags, "tags_all": tags}, written) == lacking(["tags"], "Compliance")
}

test_default_tags_that_fall_short_fail if {
	findings({"tags_all": {"CostCenter": "Engineering"}}, {"bucket": {}}) == lacking(["tags"], "Compliance, DataClassification")
}

test_no_tags_fail if {
	findings({}, {"bucket": {}}) == {{"message": "tags missing: Compliance, CostCenter, DataClassification"}}
	findings({"tags": {}}, written) == lacking(["tags"], "Compliance, CostCenter, DataClassification")
	findings({"tags_all": {}}, written) == lacking(["tags"], "Compliance, CostCenter, DataClassification")
}

test_tags_of_the_resource_pass if {
	count(findings({"tags": complete, "tags_all": complete}, written)) == 0
	count(findings({"tags": object.union(complete, {"Name": "reports"}), "tags_all": object.union(complete, {"Name": "reports"})}, written)) == 0
}

test_default_tags_pass if {
	count(findings({"tags_all": complete}, {"bucket": {}})) == 0
	count(findings({"tags": {"Name": "reports"}, "tags_all": object.union(complete, {"Name": "reports"})}, written)) == 0
}

test_required_tags_beside_an_unknown_one_pass if count(findings({"tags": complete}, written)) == 0

test_unknown_tags_are_undetermined if {
	testing.undetermined(findings({}, {"tags": {"references": ["module.labels.tags"]}}), [["tags"], ["tags_all"]])
}

test_unknown_value_of_a_tag_is_undetermined if {
	tags := object.remove(complete, ["CostCenter"])
	testing.undetermined(findings({"tags": tags}, written), [["tags", "CostCenter"], ["tags_all"]])
	testing.undetermined(findings({"tags": {}}, written), [["tags", "Name"], ["tags_all"]])
	testing.undetermined(findings({"tags": tags, "tags_all": tags}, written), [["tags", "CostCenter"], ["tags_all", "CostCenter"]])
}

test_unknown_default_tags_are_undetermined if {
	testing.undetermined(findings({"tags": {"Name": "reports"}}, written), [["tags_all"]])
}
