package parapet.aws.config.every_resource_test

import data.parapet.aws.config.every_resource
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := every_resource.deny with input as {"resource": {"values": values, "config": config}}
}

test_some_fails if {
	findings({"recording_group": [{"all_supported": false, "recording_strategy": []}]}, {}) == {
		{"path": ["recording_group", 0, "all_supported"], "message": "only some types of resources are recorded"},
	}
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"recording_group": [{}]}), [["recording_group"]])
}

test_all_passes if count(findings({"recording_group": [{"all_supported": true}]}, {})) == 0

test_default_passes if count(findings({}, {})) == 0

test_exclusion_passes if {
	count(findings({
		"recording_group": [
			{
				"all_supported": false,
				"recording_strategy": [{"use_only": "EXCLUSION_BY_RESOURCE_TYPES"}],
			},
		],
	}, {})) == 0
}
