# METADATA
# title: Load balancers log access
# description: Access logs show who asked what, when and with which answer; they cannot be made afterwards. Gateway load balancers have none.
# custom:
#   severity: low
#   resources: [aws_lb, aws_alb]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-2, AU-12], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   aliases: [CKV_AWS_91]
#   remediation: Add an `access_logs` block with a bucket and `enabled = true`.
package parapet.aws.lb.access_logs

import data.parapet.lib.aws_config
import rego.v1

deny contains aws_config.fault(input.resource.config, "access_logs", [0, "enabled"], "access is not logged") if {
	not input.resource.values.access_logs[0].enabled
	not input.resource.values.load_balancer_type == "gateway"
}
