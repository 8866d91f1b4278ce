package parapet.aws.elasticache.encryption_at_rest_test

import data.parapet.aws.elasticache.encryption_at_rest
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := encryption_at_rest.deny with input as {"resource": {"values": values, "config": config}}
}

written := {"at_rest_encryption_enabled": {}}

test_turned_off_fails if {
	every off in [false, "false"] {
		findings({"at_rest_encryption_enabled": off, "engine": "redis"}, written) == {{
			"path": ["at_rest_encryption_enabled"],
			"message": "data at rest is not encrypted",
		}}
	}
}

test_default_of_redis_fails if {
	findings({"engine": "redis"}, {"engine": {}}) == {{
		"message": "data at rest is not encrypted, as `at_rest_encryption_enabled` is not set",
	}}
}

test_turned_on_passes if {
	every on in [true, "true"] {
		count(findings({"at_rest_encryption_enabled": on, "engine": "redis"}, written)) == 0
	}
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"engine": "redis"}, written), [["at_rest_encryption_enabled"]])
}

test_default_of_valkey_is_undetermined if {
	testing.undetermined(findings({"engine": "valkey"}, {"engine": {}}), [["at_rest_encryption_enabled"]])
}

test_member_of_a_global_group_is_undetermined if {
	found := findings({"engine": "redis"}, {"global_replication_group_id": {}})
	testing.undetermined(found, [["at_rest_encryption_enabled"]])
}
