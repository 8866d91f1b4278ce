package parapet.lib.aws_elasticache_test

import data.parapet.lib.aws_elasticache
import rego.v1

group := {"replication_group_id": {"constant_value": "sessions"}}

test_redis_is_off if aws_elasticache.off_unless_set(group, "transit_encryption_enabled", "redis")

test_set_is_not_off if {
	not aws_elasticache.off_unless_set({"transit_encryption_enabled": {}}, "transit_encryption_enabled", "redis")
}

test_valkey_is_not_off if not aws_elasticache.off_unless_set(group, "transit_encryption_enabled", "valkey")

test_member_of_a_global_group_is_not_off if {
	not aws_elasticache.off_unless_set({"global_replication_group_id": {}}, "transit_encryption_enabled", "redis")
}

test_says_nothing_without_configuration if {
	not aws_elasticache.off_unless_set(null, "transit_encryption_enabled", "redis")
}
