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
