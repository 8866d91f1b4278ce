package parapet.aws.elasticache.authentication_test

import data.parapet.aws.elasticache.authentication
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := authentication.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({}, {"engine": {}}) == {
		{"path": ["user_group_ids"], "message": "anybody who reaches the cache may use it"},
	}
}

test_token_passes if count(findings({"auth_token": "0123456789abcdef"}, {"auth_token": {}})) == 0

test_users_pass if count(findings({"user_group_ids": ["app"]}, {"user_group_ids": {}})) == 0

test_token_made_by_the_plan_passes if {
	count(findings({}, {"auth_token": {"references": ["random_password.cache.result", "random_password.cache"]}})) == 0
}

test_unknown_token_is_undetermined if {
	testing.undetermined(findings({}, {"auth_token": {"references": ["var.token"]}}), [["auth_token"]])
}

test_unknown_users_are_undetermined if {
	testing.undetermined(findings({}, {"user_group_ids": {"references": ["var.groups"]}}), [["user_group_ids"]])
}
