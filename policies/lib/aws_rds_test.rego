package parapet.lib.aws_rds_test

import data.parapet.lib.aws_rds
import rego.v1

replica(values, config) if aws_rds.replica with input as {"resource": {"values": values, "config": config}}

source(references) := {"replicate_source_db": {"references": references}}

test_known_source if replica({"replicate_source_db": "orders"}, {"replicate_source_db": {"constant_value": "orders"}})

test_source_made_by_the_same_plan if replica({}, source(["aws_db_instance.orders.arn", "aws_db_instance.orders"]))

test_source_that_may_be_null if {
	not replica({}, source(["var.is_replica", "aws_db_instance.orders.arn", "aws_db_instance.orders"]))
	not replica({}, source(["var.source"]))
	not replica({}, source([]))
}

test_no_source if {
	not replica({}, {})
	not replica({}, {"replicate_source_db": {"constant_value": null}})
}
