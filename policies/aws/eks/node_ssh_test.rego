package parapet.aws.eks.node_ssh_test

import data.parapet.aws.eks.node_ssh
import rego.v1

findings(values, config) := found if {
	found := node_ssh.deny with input as {"resource": {"values": values, "config": config}}
}

test_key_alone_fails if {
	findings({"remote_access": [{"ec2_ssh_key": "ops"}]}, {"remote_access": [{}]}) == {
		{"path": ["remote_access", 0, "source_security_group_ids"], "message": "SSH to the nodes is open to 0.0.0.0/0"},
	}
}

test_source_groups_pass if {
	count(findings({"remote_access": [{"ec2_ssh_key": "ops", "source_security_group_ids": ["sg-0"]}]}, {})) == 0
}

test_no_key_passes if count(findings({"remote_access": [{}]}, {"remote_access": [{}]})) == 0

test_none_passes if count(findings({}, {})) == 0
