package parapet.aws.iam.service_admin_test

import data.parapet.aws.iam.service_admin
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := service_admin.deny with input as {"resource": {"values": values, "config": config}}
}

test_whole_service_fails if {
	findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"kms:*\", \"s3:*\", \"ec2:Describe*\"], \"Resource\": \"*\"}]}",
	}, {"policy": {}}) == {
		{"path": ["policy"], "message": "statement 1 allows kms:*, s3:* on every resource"},
	}
}

test_named_resource_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": [\"arn:aws:s3:::orders\", \"arn:aws:s3:::orders/*\"]}]}",
	}, {"policy": {}})) == 0
}

test_condition_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:ResourceTag/team\": \"orders\"}}}]}",
	}, {"policy": {}})) == 0
}

test_denial_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}",
	}, {"policy": {}})) == 0
}

test_unknown_inline_policy_is_undetermined if {
	testing.undetermined(findings({"inline_policy": [{"name": "a"}]}, {"inline_policy": [{}]}), [["inline_policy", 0, "policy"]])
}
