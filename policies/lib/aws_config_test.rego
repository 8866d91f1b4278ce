package parapet.lib.aws_config_test

import data.parapet.lib.aws_config
import rego.v1

config := {"engine": {"constant_value": "postgres"}, "kms_key_id": {"references": ["aws_kms_key.a.arn", "aws_kms_key.a"]}}

test_omits_what_is_not_written if aws_config.omits(config, "multi_az")

test_does_not_omit_what_is_written if not aws_config.omits(config, "kms_key_id")

test_says_nothing_without_configuration if {
	not aws_config.omits({}, "multi_az")
	not aws_config.omits(null, "multi_az")
}

test_blames_the_argument if aws_config.blame(config, "storage_encrypted", "replicate_source_db") == ["storage_encrypted"]

test_blames_the_argument_without_configuration if {
	aws_config.blame(null, "storage_encrypted", "replicate_source_db") == ["storage_encrypted"]
}

test_blames_an_exemption_that_is_written if aws_config.blame(config, "storage_encrypted", "kms_key_id") == ["kms_key_id"]

encryption := {"rule": [{"apply": [{"kms_key_id": {}}], "prefix": {}}], "engine": {}}

test_a_fault_blames_what_is_written if {
	every path in [["rule"], ["rule", 0, "prefix"], ["rule", 0, "apply", 0, "kms_key_id"]] {
		aws_config.fault(encryption, path[0], array.slice(path, 1, 5), "m") == {"path": path, "message": "m"}
	}
}

test_a_fault_blames_no_argument_that_is_not_written if {
	every path in [["kms"], ["kms", 0, "id"], ["rule", 0, "status"], ["rule", 0, "apply", 0, "algorithm"]] {
		aws_config.fault(encryption, path[0], array.slice(path, 1, 5), "m") == {"message": "m"}
	}
}

test_a_fault_blames_the_argument_without_configuration if {
	aws_config.fault({}, "rule", [0, "status"], "m") == {"path": ["rule", 0, "status"], "message": "m"}
}
