package parapet.resilience.opensearch.zones_test

import data.parapet.resilience.opensearch.zones
import rego.v1

findings(values, config) := found if {
	found := zones.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if findings({}, {"domain_name": {}}) == {{"message": "all data nodes may be in one zone"}}

test_off_fails if {
	findings({"cluster_config": [{"zone_awareness_enabled": false}]}, {"cluster_config": [{"zone_awareness_enabled": {}}]}) == {
		{"path": ["cluster_config", 0, "zone_awareness_enabled"], "message": "all data nodes may be in one zone"},
	}
}

test_aware_passes if count(findings({"cluster_config": [{"zone_awareness_enabled": true}]}, {})) == 0

test_standby_passes if {
	count(findings({"cluster_config": [{"multi_az_with_standby_enabled": true}]}, {})) == 0
}
