# METADATA
# title: Failovers leave evidence
# description: Who failed over, when, with how much data lost and how fast is asked afterwards, by auditors and by the next exercise.
# custom:
#   severity: low
#   resources: [parapet_failover]
#   controls: {soc2: [A1.3, CC7.4], nist-800-53: [AU-2, CP-4]}
#   remediation: Add `evidence` with a path or an S3 bucket.
package parapet.resilience.failover.evidence

import data.parapet.lib.blocks
import rego.v1

deny contains {"path": ["evidence"], "message": "no evidence of failovers is written"} if not witnessed

witnessed if count(blocks.list(input.resource.values.evidence)) > 0
