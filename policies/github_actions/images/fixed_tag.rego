# METADATA
# title: Images that jobs run have a fixed version
# description: "`latest`, `master` and no tag at all are another image tomorrow, and run with the token of the job."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: "Name a version, or better the digest: `image: postgres:17@sha256:...`."
package parapet.github_actions.images.fixed_tag

import data.parapet.lib.github_actions as gha
import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": place.path, "message": sprintf("image %s has no fixed version", [place.image])} if {
	some place in places
	not contains(place.image, "${{")
	moves(place.image)
}

places contains {"path": ["jobs", id, "container"], "image": job.container} if {
	some id, job in input.document.jobs
	is_string(job.container)
}

places contains {"path": ["jobs", id, "container", "image"], "image": job.container.image} if {
	some id, job in input.document.jobs
}

places contains {"path": ["jobs", id, "services", name, "image"], "image": service.image} if {
	some id, job in input.document.jobs
	some name, service in k8s.map_at(job, "services")
}

places contains {"path": array.concat(step.path, ["uses"]), "image": trim_prefix(step.spec.uses, "docker://")} if {
	some step in gha.steps(input.document)
	startswith(step.spec.uses, "docker://")
}

# The builder that makes the images is an image as well.
places contains {"path": array.concat(step.path, ["with", "driver-opts"]), "image": trim_space(found[1])} if {
	some step in gha.steps(input.document)
	step.action == "docker/setup-buildx-action"
	some found in regex.find_all_string_submatch_n(`(?:^|[\s,])image=([^\s,]+)`, step.spec["with"]["driver-opts"], -1)
}

tag_of(parts) := "latest" if count(parts) == 1

tag_of(parts) := parts[1] if count(parts) > 1

moves(image) if {
	not contains(image, "@sha256:")
	name := regex.replace(image, `^.*/`, "")
	tag_of(split(name, ":")) in {"dev", "edge", "latest", "main", "master", "nightly"}
}
