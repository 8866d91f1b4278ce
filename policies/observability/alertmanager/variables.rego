# METADATA
# title: Alertmanager is given values, and not variables
# description: "Alertmanager expands no variables: unless something else does so before, `$NAME` is the address or the key it uses, and every notification fails."
# custom:
#   severity: medium
#   documents: [alertmanager]
#   controls: {soc2: [CC7.2, CC7.4], nist-800-53: [IR-4, SI-4], iso-27001: [A.8.16], pci-dss: ["10.7", "12.10"]}
#   remediation: Use the fields that end in `_file`, with the value mounted from a Secret.
package parapet.observability.alertmanager.variables

import rego.v1

deny contains {"path": path, "message": sprintf("`%s` is taken as it is: Alertmanager expands no variables", [value])} if {
	walk(input.document, [path, value])
	is_string(value)
	regex.match(`^\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)$`, value)
}
