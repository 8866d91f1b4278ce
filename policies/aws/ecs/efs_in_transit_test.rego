package parapet.aws.ecs.efs_in_transit_test

import data.parapet.aws.ecs.efs_in_transit
import rego.v1

findings(values, config) := found if {
	found := efs_in_transit.deny with input as {"resource": {"values": values, "config": config}}
}

test_off_fails if {
	findings({
		"volume": [
			{"name": "a", "efs_volume_configuration": []},
			{"name": "b", "efs_volume_configuration": [{"transit_encryption": "DISABLED"}]},
		],
	}, {}) == {
		{"path": ["volume", 1, "efs_volume_configuration", 0, "transit_encryption"], "message": "volume \"b\" is mounted without TLS"},
	}
}

test_default_fails if {
	findings({"volume": [{"name": "b", "efs_volume_configuration": [{}]}]}, {}) == {
		{"path": ["volume", 0, "efs_volume_configuration", 0, "transit_encryption"], "message": "volume \"b\" is mounted without TLS"},
	}
}

test_on_passes if {
	count(findings({"volume": [{"name": "b", "efs_volume_configuration": [{"transit_encryption": "ENABLED"}]}]}, {})) == 0
}

test_no_volume_passes if count(findings({}, {})) == 0
