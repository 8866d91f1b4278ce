# Reads workflows of GitHub Actions: their events, jobs and steps, and the actions and reusable workflows they use.
package parapet.lib.github_actions

import data.parapet.lib.kubernetes as k8s
import rego.v1

# Names of the events that start a workflow.
events(workflow) := {workflow.on} if is_string(workflow.on)

events(workflow) := {name | some name in workflow.on} if is_array(workflow.on)

events(workflow) := {name | some name, _ in workflow.on} if is_object(workflow.on)

# Every step of every job: `job` and `index` of it, `path`, `spec`, its script (`run`), and the `action` it uses with its
# `ref`; what it has not is empty.
steps(workflow) := {step |
	some id, job in workflow.jobs
	some index, spec in k8s.list_at(job, "steps")
	is_object(spec)
	used := reference(object.get(spec, "uses", ""))
	step := {
		"job": id,
		"index": index,
		"path": ["jobs", id, "steps", index],
		"spec": spec,
		"run": script(spec),
		"action": used.action,
		"ref": used.ref,
	}
}

# The steps of one job.
steps_of(workflow, id) := {step | some step in steps(workflow); step.job == id}

script(spec) := spec.run if {
	is_string(spec.run)
} else := ""

# What `uses` names: the action in lower case, and its ref.
reference(uses) := {"action": lower(parts[0]), "ref": concat("@", array.slice(parts, 1, count(parts)))} if {
	is_string(uses)
	parts := split(uses, "@")
} else := {"action": "", "ref": ""}

# Everything from outside the repository that runs: actions of steps and workflows of jobs.
remote(workflow) := {use | some use in of_steps(workflow) | of_jobs(workflow); is_remote(use.uses)}

of_steps(workflow) := {use |
	some step in steps(workflow)
	uses := step.spec.uses
	use := {"path": array.concat(step.path, ["uses"]), "uses": uses, "action": step.action, "ref": step.ref}
}

of_jobs(workflow) := {use |
	some id, job in workflow.jobs
	uses := job.uses
	used := reference(uses)
	use := {"path": ["jobs", id, "uses"], "uses": uses, "action": used.action, "ref": used.ref}
}

is_remote(uses) if {
	is_string(uses)
	not startswith(uses, "./")
	not startswith(uses, "docker://")
}

# A ref that means another commit whenever somebody pushes.
is_branch(ref) if lower(ref) in {"", "dev", "develop", "edge", "head", "latest", "main", "master", "nightly", "trunk"}

is_commit(ref) if regex.match(`^[0-9a-fA-F]{40}([0-9a-fA-F]{24})?$`, ref)

# What the token may do in a job: its own `permissions`, else those of the workflow. Undefined when nothing is said.
permissions(workflow, id) := workflow.jobs[id].permissions if {
	not is_null(object.get(workflow.jobs[id], "permissions", null))
} else := workflow.permissions if {
	not is_null(object.get(workflow, "permissions", null))
}

# Whether the token of a job may write to a scope.
may_write(workflow, id, scope) if permissions(workflow, id) == "write-all"

may_write(workflow, id, scope) if permissions(workflow, id)[scope] == "write"

# Whether a workflow uses another one, whose steps are not to be seen here.
calls_others(workflow) if {
	some job in workflow.jobs
	is_string(job.uses)
}

# Steps that publish what was built: an image, or files of a release.
publishing(workflow) := {step | some step in steps(workflow); publishes(step)}

publishes(step) if {
	step.action == "docker/build-push-action"
	step.spec["with"].push in {true, "true"}
}

publishes(step) if step.action in {"softprops/action-gh-release", "ncipollo/release-action"}

publishes(step) if regex.match(`(^|[\s;&|])(docker (image )?push|docker buildx build [^\n]*--push|podman push|buildah push|crane push|gh release (create|upload))\s`, sprintf("%s ", [joined(step.run)]))

# A script with continued lines as one line each.
joined(script) := regex.replace(script, `\\\r?\n\s*`, " ")

# Images are pushed, not only files attached to a release.
publishes_image(step) if {
	publishes(step)
	not step.action in {"softprops/action-gh-release", "ncipollo/release-action"}
	not regex.match(`gh release`, step.run)
}
