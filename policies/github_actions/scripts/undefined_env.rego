# METADATA
# title: Expressions name variables that are defined
# description: "An `env` expression whose variable nobody sets is the empty text: an image is tagged `/:1a2b3c`, a deployment goes to nowhere, and no line of the log says why."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, SA-15], iso-27001: [A.8.25, A.8.32]}
#   remediation: Set the variable in `env` of the workflow, the job or the step, or use `vars.` for what is set in the repository.
package parapet.github_actions.scripts.undefined_env

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": step.path, "message": sprintf("nothing sets `env.%s`: it is empty", [name])} if {
	not sets_at_run_time
	some step in gha.steps(input.document)
	some found in regex.find_all_string_submatch_n(`\$\{\{[^}]*\benv\.([A-Za-z_][A-Za-z0-9_]*)`, json.marshal(step.spec), -1)
	name := found[1]
	not name in defined(step)
	every other in gha.steps_of(input.document, step.job) { sets_nothing(other) }
}

defined(step) := {name |
	some part in [input.document, input.document.jobs[step.job], step.spec]
	is_object(part.env)
	some name, _ in part.env
}

# Scripts may add variables for the steps after them.
sets_at_run_time if {
	some step in gha.steps(input.document)
	contains(step.run, "GITHUB_ENV")
}

# Actions may as well; these are known not to.
sets_nothing(step) if step.action == ""

sets_nothing(step) if {
	some owner in {"actions/cache", "actions/checkout", "actions/upload-artifact", "actions/download-artifact", "anchore/", "docker/", "sigstore/", "slsa-framework/", "snyk/"}
	startswith(step.action, owner)
}
