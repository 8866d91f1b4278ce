# RDS read replicas, which take encryption from their source, need no backups of their own and can be made again.
package parapet.lib.aws_rds

import rego.v1

replica if input.resource.values.replicate_source_db

# The source is made by the same plan: its ARN is unknown, but the replica is certain. References to anything else may
# turn out null, as in `var.is_replica ? aws_db_instance.main.arn : null`.
replica if {
	references := input.resource.config.replicate_source_db.references
	count(references) > 0
	every reference in references {
		startswith(reference, "aws_db_instance.")
	}
}
