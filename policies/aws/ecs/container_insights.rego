# METADATA
# title: ECS clusters report metrics of their tasks
# description: Container Insights shows CPU, memory and restarts of each task. The default of the account serves every cluster that says nothing.
# custom:
#   severity: info
#   scope: plan
#   resources: [aws_ecs_cluster, aws_ecs_account_setting_default]
#   controls: {soc2: [CC7.2], nist-800-53: [SI-4], iso-27001: [A.8.16]}
#   aliases: [CKV_AWS_65, AVD-AWS-0034]
#   remediation: Add a `setting` named `containerInsights` with the value `enhanced` or `enabled`.
package parapet.aws.ecs.container_insights

import data.parapet.lib.aws_config
import rego.v1

deny contains object.union({"address": cluster.address}, fault) if {
	some cluster in input.plan.by_type.aws_ecs_cluster
	not observed(cluster.values)
	not left_to_account(cluster.values)
	fault := aws_config.fault(cluster.config, "setting", [], "Container Insights is off")
}

observed(values) if {
	some setting in values.setting
	setting.name == "containerInsights"
	setting.value in {"enabled", "enhanced"}
}

left_to_account(values) if {
	count([setting | some setting in values.setting; setting.name == "containerInsights"]) == 0
	some setting in input.plan.by_type.aws_ecs_account_setting_default
	setting.values.name == "containerInsights"
	setting.values.value in {"enabled", "enhanced"}
}
