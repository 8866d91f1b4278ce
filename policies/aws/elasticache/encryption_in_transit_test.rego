package parapet.aws.elasticache.encryption_in_transit_test

import data.parapet.aws.elasticache.encryption_in_transit
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encryption_in_transit.deny with input as {"resource": {"values": values, "config": config}}
}

written := {"transit_encryption_enabled": {}}

test_turned_off_fails if {
	findings({"transit_encryption_enabled": false, "engine": "redis"}, written) == {{
		"path": ["transit_encryption_enabled"],
		"message": "connections are not encrypted",
	}}
}

test_default_of_redis_fails if {
	findings({"engine": "redis"}, {"engine": {}}) == {{
		"message": "connections are not encrypted, as `transit_encryption_enabled` is not set",
	}}
}

test_turned_on_passes if {
	count(findings({"transit_encryption_enabled": true, "engine": "redis"}, written)) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"engine": "redis"}, written), [["transit_encryption_enabled"]])
}

test_default_of_valkey_is_undetermined if {
	testing.undetermined(findings({"engine": "valkey"}, {"engine": {}}), [["transit_encryption_enabled"]])
}

test_member_of_a_global_group_is_undetermined if {
	found := findings({"engine": "redis"}, {"global_replication_group_id": {}})
	testing.undetermined(found, [["transit_encryption_enabled"]])
}
