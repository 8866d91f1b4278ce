# METADATA
# title: Log groups expire
# description: A log group without retention keeps personal data, and costs money, for ever.
# custom:
#   severity: low
#   resources: [aws_cloudwatch_log_group]
#   controls: {gdpr: [Art. 5], nist-800-53: [AU-11, SI-12]}
#   aliases: [CKV_AWS_66]
#   remediation: Set `retention_in_days` to what your policy asks for, such as 365.
package parapet.aws.cloudwatch.log_retention

import rego.v1

deny contains {"path": path, "message": "logs are kept for ever"} if {
	not expires
	not input.resource.values.log_group_class == "DELIVERY"
}

# 0 means for ever.
expires if input.resource.values.retention_in_days > 0

# The class DELIVERY has a fixed retention of its own. While a class that is written is unknown, it decides.
path := ["log_group_class"] if {
	input.resource.config.log_group_class
	not input.resource.values.log_group_class
} else := ["retention_in_days"]
