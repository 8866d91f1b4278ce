package parapet.aws.vpc.network_acl_admin_ports_test

import data.parapet.aws.vpc.network_acl_admin_ports
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := network_acl_admin_ports.deny with input as {"resource": {"values": values, "config": config}}
}

test_ssh_fails if {
	findings({
		"ingress": [
			{
				"rule_no": 100,
				"action": "allow",
				"protocol": "tcp",
				"from_port": 22,
				"to_port": 22,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
		],
	}, {"ingress": {}}) == {
		{"path": ["ingress", 0, "cidr_block"], "message": "rule 100 lets 0.0.0.0/0 reach SSH or RDP"},
	}
}

test_every_port_fails if {
	findings({
		"ingress": [
			{
				"rule_no": 100,
				"action": "allow",
				"protocol": "-1",
				"from_port": 0,
				"to_port": 0,
				"cidr_block": "",
				"ipv6_cidr_block": "::/0",
			},
		],
	}, {"ingress": {}}) == {
		{"path": ["ingress", 0, "ipv6_cidr_block"], "message": "rule 100 lets ::/0 reach SSH or RDP"},
	}
}

test_denied_before_passes if {
	count(findings({
		"ingress": [
			{
				"rule_no": 200,
				"action": "allow",
				"protocol": "-1",
				"from_port": 0,
				"to_port": 0,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
			{
				"rule_no": 100,
				"action": "deny",
				"protocol": "tcp",
				"from_port": 22,
				"to_port": 22,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
			{
				"rule_no": 101,
				"action": "deny",
				"protocol": "tcp",
				"from_port": 3389,
				"to_port": 3389,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
		],
	}, {"ingress": {}})) == 0
}

test_denied_after_fails if {
	findings({
		"ingress": [
			{
				"rule_no": 100,
				"action": "allow",
				"protocol": "tcp",
				"from_port": 22,
				"to_port": 22,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
			{
				"rule_no": 200,
				"action": "deny",
				"protocol": "tcp",
				"from_port": 22,
				"to_port": 22,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
		],
	}, {"ingress": {}}) == {
		{"path": ["ingress", 0, "cidr_block"], "message": "rule 100 lets 0.0.0.0/0 reach SSH or RDP"},
	}
}

test_own_network_and_web_pass if {
	count(findings({
		"ingress": [
			{
				"rule_no": 100,
				"action": "allow",
				"protocol": "tcp",
				"from_port": 22,
				"to_port": 22,
				"cidr_block": "10.0.0.0/8",
				"ipv6_cidr_block": "",
			},
			{
				"rule_no": 101,
				"action": "allow",
				"protocol": "tcp",
				"from_port": 443,
				"to_port": 443,
				"cidr_block": "0.0.0.0/0",
				"ipv6_cidr_block": "",
			},
		],
	}, {"ingress": {}})) == 0
}

test_none_passes if count(findings({}, {"vpc_id": {}})) == 0

test_unknown_rules_are_undetermined if {
	testing.undetermined(findings({}, {"ingress": {"references": ["var.x"]}}), [["ingress"]])
}

acl_rule(number, action, port) := {
	"rule_no": number,
	"action": action,
	"protocol": "tcp",
	"from_port": port,
	"to_port": port,
	"cidr_block": "0.0.0.0/0",
	"ipv6_cidr_block": "",
}

test_same_port_denied_before_passes if {
	count(findings({"ingress": [acl_rule(90, "deny", 22), acl_rule(100, "allow", 22)]}, {"ingress": {}})) == 0
}

test_another_port_denied_before_fails if {
	count(findings({"ingress": [acl_rule(90, "deny", 23), acl_rule(100, "allow", 22)]}, {"ingress": {}})) == 1
}

test_same_port_denied_after_fails if {
	count(findings({"ingress": [acl_rule(110, "deny", 22), acl_rule(100, "allow", 22)]}, {"ingress": {}})) == 1
}
