# METADATA
# title: Instances are of a current generation
# description: Previous generations cost more for less, and run short in newer zones.
# custom:
#   severity: low
#   resources: [aws_instance, aws_launch_template, aws_eks_node_group, aws_db_instance, aws_rds_cluster_instance, aws_elasticache_cluster, aws_elasticache_replication_group, aws_opensearch_domain]
#   controls: {soc2: [A1.1], iso-27001: [A.8.6]}
#   remediation: Take the same size of the newest generation, such as `m7g` for `m4`, or `t4g` for `t2`.
package parapet.cost.compute.previous_generation

import rego.v1

deny contains {"path": [argument], "message": sprintf("%s is of a previous generation", [type])} if {
	some argument in ["instance_type", "instance_class", "node_type"]
	type := input.resource.values[argument]
	outdated(type)
}

# What is not written follows from a launch template or a primary.
deny contains {"path": [argument], "message": "is not known to be of a current generation"} if {
	some argument in ["instance_type", "instance_types", "node_type"]
	input.resource.config[argument]
	not input.resource.values[argument]
	not input.resource.type == "aws_launch_template"
}

deny contains {"path": ["instance_types", index], "message": sprintf("%s is of a previous generation", [type])} if {
	some index, type in input.resource.values.instance_types
	outdated(type)
}

deny contains {"path": ["cluster_config", 0, "instance_type"], "message": sprintf("%s is of a previous generation", [type])} if {
	type := input.resource.values.cluster_config[0].instance_type
	outdated(type)
}

deny contains {"path": ["cluster_config"], "message": "is not known to be of a current generation"} if {
	input.resource.config.cluster_config
	not input.resource.values.cluster_config
}

# `db.`, `cache.` and `.search` stand around the family of a managed service.
outdated(type) if regex.match(`^((db|cache)\.)?(t1|t2|m1|m2|m3|m4|c1|c3|c4|r3|r4|i2|g2|g3|p2|d2|hs1)\.`, type)
