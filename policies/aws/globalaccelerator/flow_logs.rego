# METADATA
# title: Global accelerators keep flow logs
# description: "Clients enter AWS here: flow logs of the VPC show the accelerator, these show who it was."
# custom:
#   severity: low
#   resources: [aws_globalaccelerator_accelerator]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_75]
#   remediation: Set `flow_logs_enabled = true` in `attributes`, with a bucket and a prefix.
package parapet.aws.globalaccelerator.flow_logs

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "attributes", [0, "flow_logs_enabled"], "traffic is not recorded") if {
	not input.resource.values.attributes[0].flow_logs_enabled
}
