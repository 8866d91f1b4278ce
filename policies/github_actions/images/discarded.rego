# METADATA
# title: Images that are built and tagged are kept
# description: "A build that neither pushes nor loads leaves its result in the cache of the builder: whatever signs, scans or deploys the tag afterwards finds another image, or none."
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, SA-15], iso-27001: [A.8.25, A.8.32]}
#   remediation: "Set `push: true`, `load: true` or `outputs`; where the build is only a test, say `push: false`."
package parapet.github_actions.images.discarded

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": step.path, "message": "the image has tags, and is neither pushed nor loaded"} if {
	some step in gha.steps(input.document)
	step.action == "docker/build-push-action"
	step.spec["with"].tags
	every field in {"push", "load", "outputs"} { is_null(object.get(step.spec["with"], field, null)) }
}
