# METADATA
# title: AWS Config is recording
# description: A recorder that is stopped keeps no history.
# custom:
#   severity: medium
#   resources: [aws_config_configuration_recorder_status]
#   controls: {soc2: [CC7.1], cis-aws: ["3.3"], nist-800-53: [CM-2, CM-8], iso-27001: [A.8.9]}
#   remediation: Set `is_enabled = true`.
package parapet.aws.config.enabled

import rego.v1

deny contains {"path": ["is_enabled"], "message": "the recorder is stopped"} if not input.resource.values.is_enabled
