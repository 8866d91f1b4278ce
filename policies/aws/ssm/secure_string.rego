# METADATA
# title: Secrets in Parameter Store are encrypted
# description: A parameter of type `String` is stored in the clear, and is shown to everyone who may list parameters. Parameters are judged by the last word of their name.
# custom:
#   severity: high
#   resources: [aws_ssm_parameter]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], pci-dss: ["8.6.2"], iso-27001: [A.5.17]}
#   aliases: [CKV2_AWS_34]
#   remediation: Set `type = "SecureString"`.
package parapet.aws.ssm.secure_string

import rego.v1

deny contains {"path": ["type"], "message": sprintf("%s is stored in the clear", [input.resource.values.name])} if {
	input.resource.values.type in {"String", "StringList"}
	regex.match(`(?i)(password|passwd|secret|secret[_-]?key|private[_-]?key|api[_-]?key|access[_-]?key|token)$`, input.resource.values.name)
}
