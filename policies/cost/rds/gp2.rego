# METADATA
# title: RDS storage is of type gp3
# description: gp3 has 3,000 IOPS at any size for the price of gp2, whose performance depends on its size.
# custom:
#   severity: low
#   resources: [aws_db_instance]
#   remediation: Set `storage_type = "gp3"`.
package parapet.cost.rds.gp2

import rego.v1

deny contains {"path": ["storage_type"], "message": "gp2 has fewer IOPS for the same price"} if {
	input.resource.values.storage_type == "gp2"
}

# What is not written is decided by AWS, and is fine.
deny contains {"path": ["storage_type"], "message": "gp2 has fewer IOPS for the same price"} if {
	input.resource.config.storage_type
	not input.resource.values.storage_type
}
