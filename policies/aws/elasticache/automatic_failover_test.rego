package parapet.aws.elasticache.automatic_failover_test

import data.parapet.aws.elasticache.automatic_failover
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := automatic_failover.deny with input as {"resource": {"values": values}}
}

manual := {{"path": ["automatic_failover_enabled"], "message": "no replica takes over when the primary node fails"}}

test_turned_off_fails if findings({"automatic_failover_enabled": false}) == manual

test_not_set_fails if findings({"replication_group_id": "sessions"}) == manual

test_turned_on_passes if count(findings({"automatic_failover_enabled": true})) == 0

test_unknown_is_undetermined if testing.undetermined(findings({}), [["automatic_failover_enabled"]])
