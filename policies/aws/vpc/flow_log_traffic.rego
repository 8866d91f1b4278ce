# METADATA
# title: Flow logs record what was refused
# description: A log of accepted traffic alone shows no scan and no attempt.
# custom:
#   severity: low
#   resources: [aws_flow_log]
#   controls: {soc2: [CC7.2], cis-aws: ["3.7"], nist-800-53: [AU-12, SI-4], pci-dss: ["10.2.1"], iso-27001: [A.8.15]}
#   remediation: Set `traffic_type` to `ALL`, or to `REJECT`.
package parapet.aws.vpc.flow_log_traffic

import rego.v1

deny contains {"path": ["traffic_type"], "message": "refused traffic is not recorded"} if {
	input.resource.values.traffic_type == "ACCEPT"
}
