package parapet.aws.rds.public_access_test

import data.parapet.aws.rds.public_access
import rego.v1

findings(values) := found if {
	found := public_access.deny with input as {"resource": {"values": values}}
}

test_public_fails if {
	findings({"publicly_accessible": true}) == {{
		"path": ["publicly_accessible"],
		"message": "the database has an address on the internet",
	}}
}

test_private_passes if count(findings({"publicly_accessible": false})) == 0

test_unknown_finds_nothing_and_is_left_to_the_engine if count(findings({"engine": "postgres"})) == 0
