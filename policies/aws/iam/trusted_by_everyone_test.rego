package parapet.aws.iam.trusted_by_everyone_test

import data.parapet.aws.iam.trusted_by_everyone
import rego.v1

findings(values, config) := found if {
	found := trusted_by_everyone.deny with input as {"resource": {"values": values, "config": config}}
}

test_everyone_fails if {
	findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"AWS\": \"*\"}}]}",
	}, {}) == {
		{"path": ["assume_role_policy"], "message": "statement 1 lets everyone assume the role"},
	}
}

test_organization_passes if {
	count(findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"o-1\"}}}]}",
	}, {})) == 0
}

test_service_passes if {
	count(findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"Service\": \"ec2.amazonaws.com\"}}]}",
	}, {})) == 0
}

test_unknown_says_nothing if count(findings({}, {"assume_role_policy": {}})) == 0
