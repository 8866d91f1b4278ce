package parapet.cost.rds.extended_support_test

import data.parapet.cost.rds.extended_support
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := extended_support.deny with input as {"resource": {"values": values, "config": config}}
}

test_old_fails if {
	findings({"engine": "postgres", "engine_version": "12.19"}, {"engine_version": {}}) == {
		{"path": ["engine_version"], "message": "postgres 12.19 is out of standard support"},
	}
}

test_new_passes if {
	count(findings({"engine": "postgres", "engine_version": "16"}, {"engine_version": {}})) == 0
}

test_another_engine_passes if {
	count(findings({"engine": "mariadb", "engine_version": "10.6"}, {"engine_version": {}})) == 0
}

test_not_set_passes if count(findings({"engine": "postgres"}, {"engine": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({"engine": "mysql"}, {"engine_version": {}}), [["engine_version"]])
}

test_unknown_engine_is_undetermined if {
	testing.undetermined(findings({"engine_version": "12"}, {"engine": {}}), [["engine"]])
}
