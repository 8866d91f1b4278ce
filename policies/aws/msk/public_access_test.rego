package parapet.aws.msk.public_access_test

import data.parapet.aws.msk.public_access
import rego.v1

findings(values, config) := found if {
	found := public_access.deny with input as {"resource": {"values": values, "config": config}}
}

test_public_fails if {
	findings({
		"broker_node_group_info": [
			{
				"connectivity_info": [
					{
						"public_access": [
							{
								"type": "SERVICE_PROVIDED_EIPS",
							},
						],
					},
				],
			},
		],
	}, {}) == {
		{"path": ["broker_node_group_info", 0, "connectivity_info", 0, "public_access", 0, "type"], "message": "brokers have public addresses"},
	}
}

test_disabled_passes if {
	count(findings({"broker_node_group_info": [{"connectivity_info": [{"public_access": [{"type": "DISABLED"}]}]}]}, {})) == 0
}

test_default_passes if count(findings({"broker_node_group_info": [{}]}, {})) == 0
