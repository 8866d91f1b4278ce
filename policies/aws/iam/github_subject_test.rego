package parapet.aws.iam.github_subject_test

import data.parapet.aws.iam.github_subject
import rego.v1

findings(values, config) := found if {
	found := github_subject.deny with input as {"resource": {"values": values, "config": config}}
}

test_no_condition_fails if {
	findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\"}}]}",
	}, {}) == {
		{"path": ["assume_role_policy"], "message": "statement 1 lets workflows of any GitHub repository assume the role"},
	}
}

test_audience_alone_fails if {
	findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\"}, \"Condition\": {\"StringEquals\": {\"token.actions.githubusercontent.com:aud\": \"sts.amazonaws.com\"}}}]}",
	}, {}) == {
		{"path": ["assume_role_policy"], "message": "statement 1 lets workflows of any GitHub repository assume the role"},
	}
}

test_any_repository_fails if {
	findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\"}, \"Condition\": {\"StringLike\": {\"token.actions.githubusercontent.com:sub\": [\"repo:acme/orders:*\", \"repo:*\"]}}}]}",
	}, {}) == {
		{"path": ["assume_role_policy"], "message": "statement 1 lets workflows of any GitHub repository assume the role"},
	}
}

test_named_repository_passes if {
	count(findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\"}, \"Condition\": {\"StringLike\": {\"token.actions.githubusercontent.com:sub\": \"repo:acme/orders:*\"}}}]}",
	}, {})) == 0
}

test_named_owner_passes if {
	count(findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\"}, \"Condition\": {\"StringEquals\": {\"token.actions.githubusercontent.com:repository_owner\": \"acme\"}}}]}",
	}, {})) == 0
}

test_another_provider_passes if {
	count(findings({
		"assume_role_policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Principal\": {\"Federated\": \"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A\"}}]}",
	}, {})) == 0
}
