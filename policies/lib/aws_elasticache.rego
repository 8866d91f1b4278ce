# Defaults of ElastiCache replication groups.
package parapet.lib.aws_elasticache

import data.parapet.lib.aws_config
import rego.v1

# The group is certain to be created without the encryption that `argument` turns on: nothing sets it, and Redis does
# without. Valkey encrypts by default, and a group that joins a global one does as its primary does.
off_unless_set(config, argument, engine) if {
	aws_config.omits(config, argument)
	engine == "redis"
	aws_config.omits(config, "global_replication_group_id")
}
