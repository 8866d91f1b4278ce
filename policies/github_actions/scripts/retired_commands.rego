# METADATA
# title: Scripts use no retired workflow commands
# description: "`::set-env` and `::add-path` are off because any printed text could use them, `::set-output` and `::save-state` are deprecated for the same reason."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC6.8, CC8.1], nist-800-53: [SI-10, SI-3], iso-27001: [A.8.28], pci-dss: ["6.2"]}
#   remediation: Append to the files `$GITHUB_OUTPUT`, `$GITHUB_STATE`, `$GITHUB_ENV` and `$GITHUB_PATH`.
package parapet.github_actions.scripts.retired_commands

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": array.concat(step.path, ["run"]), "message": sprintf("`::%s` is retired", [found[1]])} if {
	some step in gha.steps(input.document)
	some found in regex.find_all_string_submatch_n(`::(set-output|save-state|set-env|add-path)[ :]`, step.run, -1)
}
