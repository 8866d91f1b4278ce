package parapet.resilience.route53.failover_health_test

import data.parapet.resilience.route53.failover_health
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := failover_health.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({"failover_routing_policy": [{"type": "PRIMARY"}]}, {"name": {}}) == {
		{"path": ["health_check_id"], "message": "the primary is never found unhealthy"},
	}
}

test_blind_alias_fails if {
	findings({"failover_routing_policy": [{"type": "PRIMARY"}], "alias": [{"evaluate_target_health": false}]}, {"name": {}}) == {
		{"path": ["health_check_id"], "message": "the primary is never found unhealthy"},
	}
}

test_check_passes if {
	count(findings({"failover_routing_policy": [{"type": "PRIMARY"}], "health_check_id": "c"}, {})) == 0
}

test_alias_passes if {
	count(findings({"failover_routing_policy": [{"type": "PRIMARY"}], "alias": [{"evaluate_target_health": true}]}, {})) == 0
}

test_secondary_passes if count(findings({"failover_routing_policy": [{"type": "SECONDARY"}]}, {})) == 0

test_simple_record_passes if count(findings({}, {})) == 0

test_unknown_check_is_undetermined if {
	testing.undetermined(findings({"failover_routing_policy": [{"type": "PRIMARY"}]}, {"health_check_id": {}}), [["health_check_id"]])
}
