package parapet.aws.rds.performance_insights_test

import data.parapet.aws.rds.performance_insights
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := performance_insights.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({"performance_insights_enabled": false}, {"performance_insights_enabled": {}}) == {
		{"path": ["performance_insights_enabled"], "message": "Performance Insights is off"},
	}
}

test_not_set_fails if {
	findings({}, {"tags": {}}) == {
		{"path": ["performance_insights_enabled"], "message": "Performance Insights is off"},
	}
}

test_on_passes if {
	count(findings({"performance_insights_enabled": true}, {"performance_insights_enabled": {}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"performance_insights_enabled": {"references": ["var.x"]}}), [["performance_insights_enabled"]])
}

test_small_mysql_passes if {
	count(findings({"engine": "mysql", "instance_class": "db.t3.micro"}, {"engine": {}})) == 0
}
