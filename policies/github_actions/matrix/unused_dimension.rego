# METADATA
# title: Every dimension of a matrix changes something
# description: A version that no step installs multiplies the runs and tests the same thing in each; the versions that seem to be tested are not.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, SA-15], iso-27001: [A.8.25, A.8.32]}
#   remediation: "Use the dimension (`python-version: ${{ matrix.python-version }}` of the setup action), or take it out."
package parapet.github_actions.matrix.unused_dimension

import rego.v1

deny contains {"path": ["jobs", id, "strategy", "matrix", dimension], "message": sprintf("nothing in job %s uses `matrix.%s`", [id, dimension])} if {
	some id, job in input.document.jobs
	is_object(job.strategy.matrix)
	some dimension, values in job.strategy.matrix
	not dimension in {"include", "exclude"}
	is_array(values)
	count(values) > 1
	not used(job, dimension)
}

used(job, dimension) if {
	some text in texts(job)
	regex.match(sprintf(`matrix\s*(\.\s*%s\b|\[\s*'%s'|\)|\.\*)`, [dimension, dimension]), text)
}

# Texts that decide what is done: neither names, nor keys of caches and of uploads.
texts(job) := {text |
	walk(object.remove(job, ["strategy", "name", "concurrency"]), [path, text])
	is_string(text)
	not path[count(path) - 1] in {"key", "restore-keys", "name"}
}
