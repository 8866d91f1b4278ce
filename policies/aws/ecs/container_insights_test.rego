package parapet.aws.ecs.container_insights_test

import data.parapet.aws.ecs.container_insights
import rego.v1

found(values, config, defaults) := findings if {
	findings := container_insights.deny with input as {"plan": {"by_type": {
		"aws_ecs_cluster": [{"address": "aws_ecs_cluster.main", "values": values, "config": config}],
		"aws_ecs_account_setting_default": defaults,
	}}}
}

off := {"address": "aws_ecs_cluster.main", "message": "Container Insights is off"}

account := [{"values": {"name": "containerInsights", "value": "enabled"}}]

test_not_set_fails if found({}, {"name": {}}, []) == {off}

test_disabled_fails if {
	setting := [{"name": "containerInsights", "value": "disabled"}]
	every defaults in [[], account] {
		found({"setting": setting}, {"setting": [{}]}, defaults) == {object.union(off, {"path": ["setting"]})}
	}
}

test_enabled_passes if {
	every value in ["enabled", "enhanced"] {
		count(found({"setting": [{"name": "containerInsights", "value": value}]}, {"setting": [{}]}, [])) == 0
	}
}

test_default_of_the_account_passes if count(found({}, {"name": {}}, account)) == 0

test_another_default_does_not if found({}, {"name": {}}, [{"values": {"name": "vpcTrunking", "value": "enabled"}}]) == {off}
