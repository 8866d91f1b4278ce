# METADATA
# title: No secret stands in the collector's configuration
# description: The configuration is in Git and in a ConfigMap, which everybody reads who may look at the namespace.
# custom:
#   severity: high
#   documents: [otel_collector]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], iso-27001: [A.5.17], pci-dss: ["8.6.2"]}
#   remediation: Use `${env:NAME}` from a Secret, or an authentication extension that reads a file.
package parapet.observability.collector.secrets

import rego.v1

deny contains {"path": path, "message": sprintf("`%s` holds a secret in clear", [path[count(path) - 1]])} if {
	not input.holder == "Secret"
	walk(input.document, [path, value])
	is_string(value)
	count(path) > 0
	secret_name(path)
	not regex.match(`\$\{|\$\$?[A-Za-z_]|^<|^$`, value)
	not regex.match(`(?i)^(basic|bearer|token|apikey|api-key)?\s*$`, value)
}

secret_name(path) if regex.match(`(?i)^(password|token|bearer_token|api_?key|secret|client_secret|access_key|secret_key|secret_access_key|license_key|authorization|proxy-authorization|.*-api-key|api-key|x-.*-(key|token)|dd-api-key)$`, sprintf("%v", [path[count(path) - 1]]))
