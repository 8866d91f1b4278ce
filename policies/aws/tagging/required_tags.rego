# METADATA
# title: Resources carry the required tags
# description: DataClassification, Compliance and CostCenter tell who pays for a resource and which rules hold for the data in it. Tags that the provider adds through default_tags count. Types that take no tags, and small parts such as rules and attachments, are not judged.
# custom:
#   severity: medium
#   resources:
#     - aws_backup_vault
#     - aws_cloudtrail
#     - aws_cloudwatch_log_group
#     - aws_db_instance
#     - aws_docdb_cluster
#     - aws_dynamodb_table
#     - aws_ebs_snapshot
#     - aws_ebs_volume
#     - aws_ecr_repository
#     - aws_ecs_cluster
#     - aws_ecs_service
#     - aws_efs_file_system
#     - aws_eks_cluster
#     - aws_eks_node_group
#     - aws_elasticache_cluster
#     - aws_elasticache_replication_group
#     - aws_elasticsearch_domain
#     - aws_fsx_lustre_file_system
#     - aws_fsx_windows_file_system
#     - aws_globalaccelerator_accelerator
#     - aws_instance
#     - aws_kinesis_stream
#     - aws_kms_key
#     - aws_lambda_function
#     - aws_lb
#     - aws_msk_cluster
#     - aws_nat_gateway
#     - aws_neptune_cluster
#     - aws_opensearch_domain
#     - aws_rds_cluster
#     - aws_rds_cluster_instance
#     - aws_redshift_cluster
#     - aws_s3_bucket
#     - aws_secretsmanager_secret
#     - aws_sfn_state_machine
#     - aws_sns_topic
#     - aws_sqs_queue
#     - aws_vpc
#   controls: {soc2: [C1.1], nist-800-53: [CM-8]}
#   remediation: Set the tags on the resource, or for every resource in `default_tags` of the provider.
package parapet.aws.tagging.required_tags

import rego.v1

required := {"Compliance", "CostCenter", "DataClassification"}

# `tags_all` holds the tags of the resource and of the provider.
deny contains {"path": ["tags"], "message": message(missing)} if {
	missing := required - carried(input.resource.values.tags_all)
	count(missing) > 0
}

# The provider cannot tell `tags_all` when nobody sets a tag, or while a tag is unknown.
deny contains {"path": ["tags"], "message": message(required)} if {
	not input.resource.values.tags_all
	not tagged
}

deny contains {"path": ["tags_all"], "message": message(missing)} if {
	not input.resource.values.tags_all
	tagged
	missing := required - carried(input.resource.values.tags)
	count(missing) > 0
}

tagged if count(input.resource.values.tags) > 0

# An empty tag says nothing.
carried(tags) := {key | some key, value in tags; trim_space(value) != ""}

message(missing) := sprintf("tags missing: %s", [concat(", ", sort(missing))])
