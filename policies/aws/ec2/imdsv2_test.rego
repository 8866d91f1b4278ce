package parapet.aws.ec2.imdsv2_test

import data.parapet.aws.ec2.imdsv2
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := with_defaults(values, config, [])
}

with_defaults(values, config, defaults) := found if {
	found := imdsv2.deny with input as {"plan": {"by_type": {
		"aws_instance": [{"address": "aws_instance.a", "values": values, "config": config}],
		"aws_ec2_instance_metadata_defaults": [{"values": setting} | some setting in defaults],
	}}}
}

options(values) := {"metadata_options": [values]}

test_optional_tokens_fail if {
	findings(options({"http_endpoint": "enabled", "http_tokens": "optional"}), {}) == {{
		"address": "aws_instance.a",
		"path": ["metadata_options", 0, "http_tokens"],
		"message": "metadata can be read without a session token (IMDSv1)",
	}}
}

test_not_set_fails if {
	findings({}, {"ami": {}}) == {{"address": "aws_instance.a", "message": "IMDSv2 is not required, as `metadata_options` is not set"}}
}

test_tokens_not_set_fail if {
	findings(options({"http_endpoint": "enabled"}), {"metadata_options": [{"http_endpoint": {}}]}) == {{
		"address": "aws_instance.a",
		"message": "IMDSv2 is not required, as `http_tokens` is not set",
	}}
}

test_tokens_not_set_on_a_closed_endpoint_pass if {
	count(findings(options({"http_endpoint": "disabled"}), {"metadata_options": [{"http_endpoint": {}}]})) == 0
}

test_required_tokens_pass if count(findings(options({"http_endpoint": "enabled", "http_tokens": "required"}), {})) == 0

test_endpoint_turned_off_passes if {
	count(findings(options({"http_endpoint": "disabled", "http_tokens": "optional"}), {})) == 0
	count(findings(options({"http_endpoint": "disabled"}), {})) == 0
}

test_unknown_tokens_are_undetermined if {
	found := findings(options({"http_endpoint": "enabled"}), {"metadata_options": [{"http_tokens": {"references": ["var.tokens"]}}]})
	testing.undetermined(found, [["metadata_options", 0, "http_tokens"]])
}

test_unknown_options_are_undetermined if testing.undetermined(findings({}, {"metadata_options": [{}]}), [["metadata_options"]])

test_options_of_a_launch_template_are_undetermined if {
	testing.undetermined(findings({}, {"launch_template": [{"id": {}}]}), [["metadata_options"]])
}

test_not_set_without_configuration_is_undetermined if testing.undetermined(findings({}, null), [["metadata_options"]])

test_launch_templates_are_judged if {
	found := imdsv2.deny with input as {"plan": {"by_type": {"aws_launch_template": [{
		"address": "aws_launch_template.a", "values": {}, "config": {"name": {}},
	}]}}}
	found == {{"address": "aws_launch_template.a", "message": "IMDSv2 is not required, as `metadata_options` is not set"}}
}

test_defaults_of_the_account_pass if {
	every defaults in [{"http_tokens": "required"}, {"http_tokens": "required", "region": "eu-west-1"}] {
		count(with_defaults({"region": "eu-west-1"}, {"ami": {}}, [defaults])) == 0
		count(with_defaults({"metadata_options": [{"http_endpoint": "enabled"}]}, {"metadata_options": [{"http_endpoint": {}}]}, [defaults])) == 0
	}
}

test_defaults_that_do_not_serve_fail if {
	every defaults in [{"http_tokens": "optional"}, {"http_tokens": "no-preference"}, {"http_tokens": "required", "region": "us-east-1"}] {
		count(with_defaults({"region": "eu-west-1"}, {"ami": {}}, [defaults])) == 1
		count(with_defaults(
			{"region": "eu-west-1", "metadata_options": [{"http_endpoint": "enabled"}]},
			{"metadata_options": [{"http_endpoint": {}}]},
			[defaults],
		)) == 1
	}
}

test_defaults_do_not_overrule_what_is_written if {
	count(with_defaults({"metadata_options": [{"http_tokens": "optional"}]}, {"metadata_options": [{"http_tokens": {}}]}, [{"http_tokens": "required"}])) == 1
}
