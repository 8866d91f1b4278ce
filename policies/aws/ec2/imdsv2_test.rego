package parapet.aws.ec2.imdsv2_test

import data.parapet.aws.ec2.imdsv2
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := imdsv2.deny with input as {"resource": {"values": values, "config": config}}
}

options(values) := {"metadata_options": [values]}

test_optional_tokens_fail if {
	findings(options({"http_endpoint": "enabled", "http_tokens": "optional"}), {}) == {{
		"path": ["metadata_options", 0, "http_tokens"],
		"message": "metadata can be read without a session token (IMDSv1)",
	}}
}

test_not_set_fails if {
	findings({}, {"ami": {}}) == {{"message": "IMDSv2 is not required, as `metadata_options` is not set"}}
}

test_tokens_not_set_fail if {
	findings(options({"http_endpoint": "enabled"}), {"metadata_options": [{"http_endpoint": {}}]}) == {{
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
