package parapet.aws.ebs.encrypted_test

import data.parapet.aws.ebs.encrypted
import data.parapet.lib.testing
import rego.v1

findings(volume, settings) := found if {
	found := encrypted.deny with input as {"plan": {"by_type": {
		"aws_ebs_volume": [{"address": "aws_ebs_volume.data", "values": volume, "config": {}}],
		"aws_ebs_encryption_by_default": [{"address": "aws_ebs_encryption_by_default.on", "values": setting} | some setting in settings],
	}}}
}

unencrypted := {{"address": "aws_ebs_volume.data", "path": ["encrypted"], "message": "the volume is not encrypted"}}

test_unencrypted_volume_fails if findings({"encrypted": false}, []) == unencrypted

test_default_of_another_region_fails if {
	findings({"encrypted": false, "region": "eu-west-1"}, [{"enabled": true, "region": "us-east-1"}]) == unencrypted
}

test_default_that_says_nothing_is_on if {
	every config in [{}, {"region": {}}] {
		found := encrypted.deny with input as {"plan": {"by_type": {
			"aws_ebs_volume": [{"address": "aws_ebs_volume.data", "values": {}, "config": {}}],
			"aws_ebs_encryption_by_default": [{"address": "aws_ebs_encryption_by_default.on", "values": {}, "config": config}],
		}}}
		count(found) == 0
	}
}

test_default_that_is_not_known_is_undetermined if {
	found := encrypted.deny with input as {"plan": {"by_type": {"aws_ebs_encryption_by_default": [{
		"address": "aws_ebs_encryption_by_default.on", "values": {}, "config": {"enabled": {"references": ["var.on"]}},
	}]}}}
	testing.undetermined(found, [["enabled"]])
}

test_default_turned_off_fails if {
	findings({"encrypted": true}, [{"enabled": false}]) == {{
		"address": "aws_ebs_encryption_by_default.on",
		"path": ["enabled"],
		"message": "new volumes are not encrypted by default",
	}}
}

test_encrypted_volume_passes if count(findings({"encrypted": true}, [])) == 0

test_encryption_by_default_passes if {
	count(findings({}, [{"enabled": true}])) == 0
	count(findings({"encrypted": false, "region": "eu-west-1"}, [{"enabled": true, "region": "eu-west-1"}])) == 0
}

test_volume_that_does_not_say_is_undetermined if {
	found := encrypted.deny with input as {"plan": {"by_type": {"aws_ebs_volume": [{
		"address": "aws_ebs_volume.data",
		"values": {},
		"config": {"size": {"constant_value": 100}},
	}]}}}
	testing.undetermined(found, [["encrypted"]])
	{finding.message | some finding in found} == {"the volume is not told to be encrypted"}
}

test_unknown_encryption_is_undetermined if testing.undetermined(findings({}, []), [["encrypted"]])

test_unknown_default_is_undetermined if testing.undetermined(findings({}, [{}]), [["encrypted"], ["enabled"]])
