# METADATA
# title: Secrets reach scripts as variables
# description: An expression writes the secret into the script's file and into the arguments of processes, where other processes of the machine can read it; quotes in it break the script.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], iso-27001: [A.5.17], pci-dss: ["8.6.2"]}
#   remediation: Put the secret into `env` of the step, and use the variable.
package parapet.github_actions.secrets.in_scripts

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": array.concat(step.path, ["run"]), "message": sprintf("secret %s is written into the script", [found[1]])} if {
	some step in gha.steps(input.document)
	some found in regex.find_all_string_submatch_n(`\$\{\{[^}]*\bsecrets\.([A-Za-z0-9_]+)`, step.run, -1)
}
