package parapet.lib.aws_join_test

import data.parapet.lib.aws_join
import rego.v1

part(module, value, references) := {
	"address": "aws_flow_log.a",
	"type": "aws_flow_log",
	"name": "a",
	"module": module,
	"values": {"vpc_id": value},
	"config": {"vpc_id": {"references": references}},
}

unknown_part(module, references) := object.union(part(module, "", references), {"values": {"vpc_id": false}})

vpc(module, address, values) := {"address": address, "type": "aws_vpc", "name": "main", "module": module, "values": values}

joined(piece, whole) if aws_join.joined(whole, "id", aws_join.part_keys(piece, "vpc_id", "aws_vpc"))

test_by_value if joined(part("", "vpc-1", []), vpc("module.net", "module.net.aws_vpc.main", {"id": "vpc-1"}))

test_a_known_value_is_not_outweighed_by_a_reference if {
	not joined(part("", "vpc-1", ["aws_vpc.main.id", "aws_vpc.main"]), vpc("", "aws_vpc.main", {"id": "vpc-2"}))
}

test_by_reference if joined(unknown_part("", ["aws_vpc.main.id", "aws_vpc.main"]), vpc("", "aws_vpc.main", {}))

test_by_reference_in_the_same_module if {
	whole := vpc("module.net[0]", "module.net[0].aws_vpc.main", {})
	joined(unknown_part("module.net[0]", ["aws_vpc.main.id", "aws_vpc.main"]), whole)
	not joined(unknown_part("module.net[1]", ["aws_vpc.main.id", "aws_vpc.main"]), whole)
	not joined(unknown_part("", ["aws_vpc.main.id", "aws_vpc.main"]), whole)
}

test_root_module_may_be_null_or_absent if {
	reference := ["aws_vpc.main.id", "aws_vpc.main"]
	joined(unknown_part(null, reference), object.remove(vpc("", "aws_vpc.main", {}), ["module"]))
}

test_an_index_names_one_instance if {
	piece := unknown_part("", ["aws_vpc.main[0].id", "aws_vpc.main[0]", "aws_vpc.main"])
	joined(piece, vpc("", "aws_vpc.main[0]", {}))
	not joined(piece, vpc("", "aws_vpc.main[1]", {}))
}

test_a_string_index_names_one_instance if {
	piece := unknown_part("", [`aws_vpc.main["eu.west"].id`, `aws_vpc.main["eu.west"]`, "aws_vpc.main"])
	joined(piece, vpc("", `aws_vpc.main["eu.west"]`, {}))
	not joined(piece, vpc("", `aws_vpc.main["us"]`, {}))
}

test_an_index_of_an_attribute_is_not_one_of_the_object if {
	piece := unknown_part("", ["aws_vpc.main.cidrs[0]", "aws_vpc.main"])
	joined(piece, vpc("", "aws_vpc.main", {}))
}

test_a_computed_index_names_every_instance if {
	joined(unknown_part("", ["aws_vpc.main", "each.key"]), vpc("", `aws_vpc.main["a"]`, {}))
}

test_another_type_is_not_joined if {
	count(aws_join.part_keys(unknown_part("", ["aws_vpc_ipam.main.id", "aws_vpc_ipam.main"]), "vpc_id", "aws_vpc")) == 0
}

test_a_variable_gives_no_key if count(aws_join.part_keys(unknown_part("", ["var.vpc_id"]), "vpc_id", "aws_vpc")) == 0

test_no_configuration_gives_no_key if {
	count(aws_join.part_keys({"address": "aws_flow_log.a", "values": {}}, "vpc_id", "aws_vpc")) == 0
}
