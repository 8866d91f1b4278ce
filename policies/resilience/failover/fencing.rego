# METADATA
# title: Failovers fence the old writer
# description: Two regions that both accept writes diverge, and nobody can merge them afterwards. A fence that is not required may be missing on the day.
# custom:
#   severity: medium
#   resources: [parapet_failover]
#   controls: {soc2: [A1.2], nist-800-53: [CP-10, SI-17]}
#   remediation: Set `fencing` with a `mode` other than none, and `required = true`.
package parapet.resilience.failover.fencing

import data.parapet.lib.blocks
import rego.v1

deny contains {"path": ["fencing"], "message": "the old writer is not fenced before another one is opened"} if not some_fence

deny contains {"path": ["fencing"], "message": "the fence is not required, so that a failover goes on without it"} if {
	some_fence
	not required
}

some_fence if {
	some fence in blocks.list(input.resource.values.fencing)
	fence.mode != "none"
}

required if {
	some fence in blocks.list(input.resource.values.fencing)
	fence.required == true
}
