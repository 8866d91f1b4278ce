# METADATA
# title: Failovers are coordinated outside Terraform's state
# description: Terraform's state lock keeps apart only those who use the same state. A record in AWS also lets an interrupted failover be continued or given up.
# custom:
#   severity: low
#   resources: [parapet_failover]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10]}
#   remediation: Add `coordination` with a DynamoDB table or an S3 bucket outside the region that may be lost.
package parapet.resilience.failover.coordination

import data.parapet.lib.blocks
import rego.v1

deny contains {"path": ["coordination"], "message": "only Terraform's state lock keeps two failovers apart"} if not coordinated

coordinated if count(blocks.list(input.resource.values.coordination)) > 0
