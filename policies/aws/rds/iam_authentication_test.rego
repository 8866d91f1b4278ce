package parapet.aws.rds.iam_authentication_test

import data.parapet.aws.rds.iam_authentication
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := iam_authentication.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"iam_database_authentication_enabled": false, "engine": "postgres"}, {"iam_database_authentication_enabled": {}}) == {
		{"path": ["iam_database_authentication_enabled"], "message": "roles of IAM cannot sign in"},
	}
}

test_not_set_fails if {
	findings({"engine": "postgres"}, {"tags": {}}) == {
		{"path": ["iam_database_authentication_enabled"], "message": "roles of IAM cannot sign in"},
	}
}

test_on_passes if {
	count(findings({"iam_database_authentication_enabled": true, "engine": "postgres"}, {"iam_database_authentication_enabled": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"engine": "postgres"}, {"iam_database_authentication_enabled": {"references": ["var.x"]}}), [["iam_database_authentication_enabled"]])
}

test_another_engine_passes if count(findings({"engine": "oracle-se2"}, {})) == 0

test_unknown_engine_is_undetermined if testing.undetermined(findings({}, {"engine": {}}), [["engine"]])
