package parapet.aws.rds.valid_certificate_test

import data.parapet.aws.rds.valid_certificate
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := valid_certificate.deny with input as {"resource": {"values": values, "config": config}}
}

test_rds_ca_2015_fails if {
	findings({"ca_cert_identifier": "rds-ca-2015"}, {"ca_cert_identifier": {}}) == {
		{"path": ["ca_cert_identifier"], "message": "the certificate authority has expired"},
	}
}

test_rds_ca_2019_fails if {
	findings({"ca_cert_identifier": "rds-ca-2019"}, {"ca_cert_identifier": {}}) == {
		{"path": ["ca_cert_identifier"], "message": "the certificate authority has expired"},
	}
}

test_rds_ca_rsa2048_g1_passes if {
	count(findings({"ca_cert_identifier": "rds-ca-rsa2048-g1"}, {"ca_cert_identifier": {}})) == 0
}

test_not_set_passes if count(findings({}, {"tags": {}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"ca_cert_identifier": {"references": ["var.x"]}}), [["ca_cert_identifier"]])
}
