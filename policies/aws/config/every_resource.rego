# METADATA
# title: AWS Config records every type of resource
# description: What is not recorded cannot be looked up after an incident. Recorders that leave out named types on purpose (`EXCLUSION_BY_RESOURCE_TYPES`) are not judged.
# custom:
#   severity: medium
#   resources: [aws_config_configuration_recorder]
#   controls: {soc2: [CC7.1], cis-aws: ["3.3"], nist-800-53: [CM-2, CM-8], pci-dss: ["6.5.1"], iso-27001: [A.5.9, A.8.9]}
#   remediation: Set `all_supported = true` in `recording_group`, which is the default.
package parapet.aws.config.every_resource

import rego.v1

deny contains {"path": ["recording_group", 0, "all_supported"], "message": "only some types of resources are recorded"} if {
	some group in input.resource.values.recording_group
	group.all_supported == false
	not group.recording_strategy[0].use_only == "EXCLUSION_BY_RESOURCE_TYPES"
}

# Without a group every type is recorded.
deny contains {"path": ["recording_group"], "message": "is not known to record every type"} if {
	input.resource.config.recording_group
	not input.resource.values.recording_group
}
