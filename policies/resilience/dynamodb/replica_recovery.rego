# METADATA
# title: Replicas of DynamoDB tables can be restored too
# description: "Point-in-time recovery is set for each replica: after a failover, the one that is written to may have none."
# custom:
#   severity: low
#   resources: [aws_dynamodb_table]
#   controls: {soc2: [A1.2], gdpr: [Art. 32], nist-800-53: [CP-9], iso-27001: [A.8.13]}
#   remediation: Set `point_in_time_recovery = true` in each `replica`.
package parapet.resilience.dynamodb.replica_recovery

import rego.v1

deny contains {"path": ["replica", index, "point_in_time_recovery"], "message": message} if {
	some index, replica in input.resource.values.replica
	not replica.point_in_time_recovery
	message := sprintf("the replica in %s cannot be restored", [replica.region_name])
}
