package parapet.aws.vpc.flow_logs_test

import data.parapet.aws.vpc.flow_logs
import data.parapet.lib.testing
import rego.v1

findings(vpcs, logs) := found if {
	found := flow_logs.deny with input as {"plan": {"by_type": {"aws_vpc": vpcs, "aws_flow_log": logs}}}
}

vpc(name, values) := {"address": sprintf("aws_vpc.%s", [name]), "type": "aws_vpc", "name": name, "values": values}

log(values, config) := {"address": "aws_flow_log.all", "type": "aws_flow_log", "name": "all", "values": values, "config": config}

of_main := {"vpc_id": {"references": ["aws_vpc.main.id", "aws_vpc.main"]}}

unlogged(name) := {"address": sprintf("aws_vpc.%s", [name]), "message": "no flow log records the traffic of this VPC"}

test_vpc_without_log_fails if findings([vpc("main", {})], []) == {unlogged("main")}

test_log_of_another_vpc_fails if {
	findings([vpc("main", {}), vpc("dr", {})], [log({}, of_main)]) == {unlogged("dr")}
	findings([vpc("dr", {"id": "vpc-2"})], [log({"vpc_id": "vpc-1"}, of_main)]) == {unlogged("dr")}
}

test_log_of_a_subnet_fails if {
	findings([vpc("main", {})], [log({}, {"subnet_id": {"references": ["aws_subnet.a.id", "aws_subnet.a"]}})]) == {unlogged("main")}
}

test_log_by_reference_passes if count(findings([vpc("main", {})], [log({}, of_main)])) == 0

test_log_by_id_passes if {
	count(findings([vpc("main", {"id": "vpc-1"})], [log({"vpc_id": "vpc-1"}, {"vpc_id": {"references": ["var.vpc_id"]}})])) == 0
}

test_log_of_an_unknown_vpc_is_undetermined if {
	found := findings([vpc("main", {})], [log({}, {"vpc_id": {"references": ["module.network.vpc_id", "module.network"]}})])
	testing.undetermined(found, [["vpc_id"]])
}
