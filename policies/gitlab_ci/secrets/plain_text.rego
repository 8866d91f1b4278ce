# METADATA
# title: Variables hold no secrets
# description: Whoever may read the repository, now or later, reads what its pipeline says; jobs of every branch get it.
# custom:
#   severity: high
#   documents: [gitlab_ci]
#   controls: {soc2: [CC6.1, CC6.2], nist-800-53: [IA-5, AC-2], iso-27001: [A.5.17, A.8.5], pci-dss: ["8.6.2"]}
#   remediation: Make it a masked and protected variable of the project, or fetch it with an identity token (`id_tokens`, `secrets`).
package parapet.gitlab_ci.secrets.plain_text

import data.parapet.lib.gitlab_ci as gitlab
import rego.v1

deny contains {"path": array.concat(path, ["variables", name]), "message": sprintf("variable %s is in plain text", [name])} if {
	some path, place in gitlab.places(input.document)
	is_object(place.variables)
	some name, variable in place.variables
	regex.match(`(?i)(^|_)(password|passwd|passphrase|secret|token|private_?key|api_?key|access_?key|credentials)$`, name)
	is_literal(text(variable))
}

text(variable) := variable if is_string(variable)

text(variable) := variable.value if is_object(variable)

# What begins with `$` is another variable; an address or a path says where the secret is.
is_literal(value) if {
	is_string(value)
	count(value) >= 4
	not regex.match(`^(\$|/|https?://)`, value)
	not lower(value) in {"false", "none", "null", "true"}
}
