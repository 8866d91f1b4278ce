package parapet.aws.ecs.public_ip_test

import data.parapet.aws.ecs.public_ip
import rego.v1

findings(values, config) := found if {
	found := public_ip.deny with input as {"resource": {"values": values, "config": config}}
}

test_on_fails if {
	findings({"network_configuration": [{"assign_public_ip": true}]}, {"network_configuration": [{"assign_public_ip": {}}]}) == {
		{"path": ["network_configuration", 0, "assign_public_ip"], "message": "tasks get a public IPv4 address"},
	}
}

test_off_passes if {
	count(findings({"network_configuration": [{"assign_public_ip": false}]}, {"network_configuration": [{"assign_public_ip": {}}]})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0
