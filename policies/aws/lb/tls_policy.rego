# METADATA
# title: Load balancers speak TLS 1.2 or newer
# description: The policy that applies when none is named admits TLS 1.0 and 1.1, whose weaknesses are known.
# custom:
#   severity: medium
#   resources: [aws_lb_listener, aws_alb_listener]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   aliases: [CKV_AWS_103, AVD-AWS-0047]
#   remediation: Set `ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"` or a stricter one.
package parapet.aws.lb.tls_policy

import data.parapet.lib.aws_config
import rego.v1

# Only TLS listeners have a policy.
deny contains aws_config.fault(input.resource.config, "ssl_policy", [], "TLS older than 1.2 is admitted") if {
	input.resource.values.protocol in {"HTTPS", "TLS"}
	not modern(input.resource.values.ssl_policy)
}

# TLS13-1-0 and TLS13-1-1 also admit what their second number says.
modern(policy) if regex.match(`^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-`, policy)
