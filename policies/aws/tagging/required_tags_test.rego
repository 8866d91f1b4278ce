package parapet.aws.tagging.required_tags_test

import data.parapet.aws.tagging.required_tags
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := required_tags.deny with input as {"resource": {"values": values}}
}

complete := {"DataClassification": "Confidential", "Compliance": "SOC2,GDPR", "CostCenter": "Engineering"}

lacking(path, tags) := {{"path": path, "message": sprintf("tags missing: %s", [tags])}}

test_missing_tag_fails if {
	tags := object.remove(complete, ["CostCenter"])
	findings({"tags": tags, "tags_all": tags}) == lacking(["tags"], "CostCenter")
}

test_empty_tag_fails if {
	tags := object.union(complete, {"Compliance": " "})
	findings({"tags": tags, "tags_all": tags}) == lacking(["tags"], "Compliance")
}

test_default_tags_that_fall_short_fail if {
	findings({"tags_all": {"CostCenter": "Engineering"}}) == lacking(["tags"], "Compliance, DataClassification")
}

test_no_tags_fail if {
	findings({}) == lacking(["tags"], "Compliance, CostCenter, DataClassification")
	findings({"tags": {}}) == lacking(["tags"], "Compliance, CostCenter, DataClassification")
	findings({"tags_all": {}}) == lacking(["tags"], "Compliance, CostCenter, DataClassification")
}

test_tags_of_the_resource_pass if {
	count(findings({"tags": complete, "tags_all": complete})) == 0
	count(findings({"tags": object.union(complete, {"Name": "reports"}), "tags_all": object.union(complete, {"Name": "reports"})})) == 0
}

test_default_tags_pass if {
	count(findings({"tags_all": complete})) == 0
	count(findings({"tags": {"Name": "reports"}, "tags_all": object.union(complete, {"Name": "reports"})})) == 0
}

test_required_tags_beside_an_unknown_one_pass if count(findings({"tags": complete})) == 0

test_unknown_tags_are_undetermined if {
	testing.undetermined(findings({}), [["tags"], ["tags_all"]])
}

test_unknown_value_of_a_tag_is_undetermined if {
	tags := object.remove(complete, ["CostCenter"])
	testing.undetermined(findings({"tags": tags}), [["tags", "CostCenter"], ["tags_all"]])
	testing.undetermined(findings({"tags": {}}), [["tags", "Name"], ["tags_all"]])
	testing.undetermined(findings({"tags": tags, "tags_all": tags}), [["tags", "CostCenter"], ["tags_all", "CostCenter"]])
}

test_unknown_default_tags_are_undetermined if {
	testing.undetermined(findings({"tags": {"Name": "reports"}}), [["tags_all"]])
}
