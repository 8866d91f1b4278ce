package parapet.aws.sns.public_policy_test

import data.parapet.aws.sns.public_policy
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := public_policy.deny with input as {"resource": {"values": values, "config": config}}
}

test_everyone_fails if {
	findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\", \"Principal\": \"*\"}]}",
	}, {"policy": {}}) == {
		{"path": ["policy"], "message": "statement 1 opens the topic to everyone"},
	}
}

test_every_account_fails if {
	findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\", \"Principal\": {\"AWS\": [\"*\"]}, \"Sid\": \"Open\"}]}",
	}, {"policy": {}}) == {
		{"path": ["policy"], "message": "statement \"Open\" opens the topic to everyone"},
	}
}

test_one_account_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\", \"Principal\": {\"AWS\": \"111122223333\"}}]}",
	}, {"policy": {}})) == 0
}

test_everyone_in_the_organization_passes if {
	count(findings({
		"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\", \"Principal\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"o-1\"}}}]}",
	}, {"policy": {}})) == 0
}

test_no_policy_passes if count(findings({}, {"tags": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"policy": {"references": ["var.x"]}}), [["policy"]])
}
