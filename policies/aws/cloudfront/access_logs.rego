# METADATA
# title: CloudFront logs access
# description: Access logs show who asked what; they cannot be made afterwards. Real-time logs and delivery through CloudWatch count as well.
# custom:
#   severity: low
#   scope: plan
#   resources: [aws_cloudfront_distribution, aws_cloudwatch_log_delivery_source]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_86, AVD-AWS-0010]
#   remediation: Add a `logging_config`, an `aws_cloudwatch_log_delivery_source` for the distribution, or a `realtime_log_config_arn`.
package parapet.aws.cloudfront.access_logs

import data.parapet.lib.aws_config
import rego.v1

deny contains object.union({"address": distribution.address}, fault) if {
	count(deliveries) == 0
	some distribution in input.plan.by_type.aws_cloudfront_distribution
	not count(distribution.values.logging_config) > 0
	not in_real_time(distribution)
	fault := aws_config.fault(distribution.config, "logging_config", [], "access is not logged")
}

# Log types of CloudFront; a source names the distribution by an ARN that is seldom known.
deliveries := [source |
	some source in input.plan.by_type.aws_cloudwatch_log_delivery_source
	source.values.log_type == "ACCESS_LOGS"
]

in_real_time(distribution) if {
	some behavior in distribution.values.default_cache_behavior
	behavior.realtime_log_config_arn
}

in_real_time(distribution) if distribution.config.default_cache_behavior[0].realtime_log_config_arn
