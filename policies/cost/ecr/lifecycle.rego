# METADATA
# title: Repositories expire old images
# description: Every build leaves an image that is stored, scanned and paid for until a lifecycle policy removes it.
# custom:
#   severity: low
#   scope: plan
#   resources: [aws_ecr_repository, aws_ecr_lifecycle_policy]
#   controls: {nist-800-53: [SI-12], iso-27001: [A.8.10]}
#   remediation: Add an `aws_ecr_lifecycle_policy` that keeps the newest images.
package parapet.cost.ecr.lifecycle

import data.parapet.lib.aws_join
import rego.v1

deny contains {"address": repository.address, "message": "images are kept, and paid for, for ever"} if {
	count(unresolved) == 0
	some repository in unserved
}

deny contains {"address": part.address, "path": ["repository"], "message": message} if {
	count(unserved) > 0
	some part in unresolved
	message := sprintf("the plan does not tell whether it serves one of: %s", [concat(", ", sort([w.address | some w in unserved]))])
}

unserved := [repository |
	some repository in input.plan.by_type.aws_ecr_repository
	not aws_join.joined(repository, "name", served)
]

named := aws_join.named([part | some part in input.plan.by_type.aws_ecr_lifecycle_policy], "repository", "aws_ecr_repository")

served := {key |
	some piece in named
	some key in piece.keys
}

unresolved := [piece.part |
	some piece in named
	count(piece.keys) == 0
]
