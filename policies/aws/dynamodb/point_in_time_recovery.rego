# METADATA
# title: DynamoDB tables can be restored to any second
# description: Point-in-time recovery undoes a faulty release or a deletion, to any second of the last 35 days.
# custom:
#   severity: medium
#   resources: [aws_dynamodb_table]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9], iso-27001: [A.8.13]}
#   aliases: [CKV_AWS_28, AVD-AWS-0024]
#   remediation: Add a `point_in_time_recovery` block with `enabled = true`.
package parapet.aws.dynamodb.point_in_time_recovery

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "point_in_time_recovery", [0, "enabled"], "point-in-time recovery is off") if {
	not input.resource.values.point_in_time_recovery[0].enabled
}
