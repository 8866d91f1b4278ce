package parapet.aws.ec2.volume_encrypted_test

import data.parapet.aws.ec2.volume_encrypted
import data.parapet.lib.testing
import rego.v1

findings(by_type) := found if {
	found := volume_encrypted.deny with input as {"plan": {"by_type": by_type}}
}

instance(values) := {"aws_instance": [{"address": "aws_instance.web", "values": values, "config": {}}]}

template(volume) := {"aws_launch_template": [{"address": "aws_launch_template.workers", "values": {"block_device_mappings": [
	{"device_name": "/dev/xvdz", "no_device": "true"},
	{"device_name": "/dev/xvda", "ebs": [volume]},
]}}]}

by_default(values) := {"aws_ebs_encryption_by_default": [{"address": "aws_ebs_encryption_by_default.on", "values": values}]}

root := [{"device_name": "/dev/xvda", "encrypted": true}]

test_unencrypted_root_volume_fails if {
	findings(instance({"root_block_device": [{"encrypted": false, "volume_size": 20}]})) == {{
		"address": "aws_instance.web",
		"path": ["root_block_device", 0, "encrypted"],
		"message": "the root volume is not encrypted",
	}}
}

test_unencrypted_data_volume_fails if {
	devices := [{"device_name": "/dev/sdb", "encrypted": true}, {"device_name": "/dev/sdc", "encrypted": false}]
	findings(instance({"root_block_device": root, "ebs_block_device": devices})) == {{
		"address": "aws_instance.web",
		"path": ["ebs_block_device", 1, "encrypted"],
		"message": "/dev/sdc is not encrypted",
	}}
}

test_unencrypted_volume_of_a_launch_template_fails if {
	every volume in [{"encrypted": "false"}, {"encrypted": ""}, {"volume_size": 20}] {
		findings(template(volume)) == {{
			"address": "aws_launch_template.workers",
			"path": ["block_device_mappings", 1, "ebs", 0, "encrypted"],
			"message": "/dev/xvda is not encrypted",
		}}
	}
}

test_default_turned_off_fails if {
	count(findings(object.union(template({}), by_default({"enabled": false})))) == 1
}

test_default_of_another_region_fails if {
	setting := by_default({"enabled": true, "region": "eu-west-1"})
	volumes := {"root_block_device": [{"encrypted": false}], "region": "eu-central-1"}
	count(findings(object.union(instance(volumes), setting))) == 1
}

test_encrypted_volumes_pass if {
	count(findings(instance({"root_block_device": root, "ebs_block_device": root}))) == 0
	count(findings(template({"encrypted": "true"}))) == 0
	count(findings(template({"encrypted": true}))) == 0
}

test_encryption_by_default_passes if {
	count(findings(object.union(instance({}), by_default({"enabled": true})))) == 0
	count(findings(object.union(instance({"root_block_device": [{"encrypted": false}]}), by_default({"enabled": true})))) == 0
	count(findings(object.union(template({}), by_default({"enabled": true})))) == 0
}

test_instance_without_ebs_passes if count(findings(instance({"root_block_device": []}))) == 0

test_unknown_root_volume_is_undetermined if testing.undetermined(findings(instance({})), [["root_block_device"]])

test_root_volume_that_is_not_written_is_undetermined if {
	found := findings({"aws_instance": [{"address": "aws_instance.web", "values": {}, "config": {"ami": {}}}]})
	testing.undetermined(found, [["root_block_device"]])
	{finding.message | some finding in found} == {"the root volume is not told to be encrypted"}
}

test_unknown_encryption_is_undetermined if {
	found := findings(instance({"root_block_device": [{"volume_size": 20}]}))
	testing.undetermined(found, [["root_block_device", 0, "encrypted"]])
}

test_unknown_data_volumes_are_undetermined if {
	found := findings({"aws_instance": [{
		"address": "aws_instance.web",
		"values": {"root_block_device": root},
		"config": {"ebs_block_device": [{"device_name": {"constant_value": "/dev/sdb"}}]},
	}]})
	testing.undetermined(found, [["ebs_block_device"]])
}

test_data_volumes_of_the_ami_are_not_judged if count(findings(instance({"root_block_device": root}))) == 0
