# METADATA
# title: State machines log their executions
# description: What an express workflow did is told nowhere else; the history of a standard one is gone after ninety days.
# custom:
#   severity: low
#   resources: [aws_sfn_state_machine]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   remediation: Add a `logging_configuration` with `level = "ERROR"` or `ALL` and a log group.
package parapet.aws.sfn.logging

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "logging_configuration", [0, "level"], "executions are not logged") if {
	not input.resource.values.logging_configuration[0].level in {"ALL", "ERROR", "FATAL"}
}
