package parapet.aws.msk.in_transit_test

import data.parapet.aws.msk.in_transit
import rego.v1

findings(values, config) := found if {
	found := in_transit.deny with input as {"resource": {"values": values, "config": config}}
}

test_plain_clients_fail if {
	findings({
		"encryption_info": [
			{
				"encryption_in_transit": [
					{
						"client_broker": "TLS_PLAINTEXT",
						"in_cluster": true,
					},
				],
			},
		],
	}, {}) == {
		{"path": ["encryption_info", 0, "encryption_in_transit", 0, "client_broker"], "message": "clients may connect without TLS (TLS_PLAINTEXT)"},
	}
}

test_plain_brokers_fail if {
	findings({
		"encryption_info": [
			{
				"encryption_in_transit": [
					{
						"client_broker": "TLS",
						"in_cluster": false,
					},
				],
			},
		],
	}, {}) == {
		{"path": ["encryption_info", 0, "encryption_in_transit", 0, "in_cluster"], "message": "brokers talk to each other without TLS"},
	}
}

test_tls_passes if {
	count(findings({"encryption_info": [{"encryption_in_transit": [{"client_broker": "TLS", "in_cluster": true}]}]}, {})) == 0
}

test_default_passes if count(findings({}, {})) == 0
