package parapet.resilience.failover.evidence_test

import data.parapet.lib.testing
import data.parapet.resilience.failover.evidence
import rego.v1

failover(values) := {"resource": {"type": "parapet_failover", "values": values}}

test_no_evidence_fails if count(evidence.deny) == 1 with input as failover({"name": "orders"})

test_a_directory_passes if count(evidence.deny) == 0 with input as failover({"evidence": {"path": "evidence"}})

test_blocks_in_a_list_pass if count(evidence.deny) == 0 with input as failover({"evidence": [{"s3_bucket": "proof"}]})

test_unknown_evidence_is_undetermined if {
	testing.undetermined(evidence.deny, [["evidence"]]) with input as failover({"name": "orders"})
}
