# METADATA
# title: CloudTrail log files can be proven unchanged
# description: With validation CloudTrail signs a digest of its log files every hour, so that a changed or missing file is noticed.
# custom:
#   severity: medium
#   resources: [aws_cloudtrail]
#   controls: {soc2: [CC7.2], cis-aws: ["3.2"], nist-800-53: [AU-9, SI-7]}
#   aliases: [CKV_AWS_36, AVD-AWS-0016]
#   remediation: Set `enable_log_file_validation = true`.
package parapet.aws.cloudtrail.log_file_validation

import rego.v1

deny contains {"path": ["enable_log_file_validation"], "message": "log files can be changed unnoticed"} if {
	not input.resource.values.enable_log_file_validation
}
