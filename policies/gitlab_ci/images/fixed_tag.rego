# METADATA
# title: Images that jobs run have a fixed version
# description: "`latest`, `main` and no tag at all are another image tomorrow, and run with the token of the job."
# custom:
#   severity: medium
#   documents: [gitlab_ci]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: "Name a version, or better the digest: `image: postgres:17@sha256:...`."
package parapet.gitlab_ci.images.fixed_tag

import data.parapet.lib.gitlab_ci as gitlab
import rego.v1

deny contains {"path": place.path, "message": sprintf("image %s has no fixed version", [place.image])} if {
	some place in images
	moves(place.image)
}

images contains {"path": array.concat(path, ["image"]), "image": place.image} if {
	some path, place in gitlab.places(input.document)
	is_string(place.image)
}

images contains {"path": array.concat(path, ["image", "name"]), "image": place.image.name} if {
	some path, place in gitlab.places(input.document)
	is_object(place.image)
}

images contains {"path": array.concat(path, ["services", index]), "image": service} if {
	some path, place in gitlab.places(input.document)
	is_array(place.services)
	some index, service in place.services
	is_string(service)
}

images contains {"path": array.concat(path, ["services", index, "name"]), "image": service.name} if {
	some path, place in gitlab.places(input.document)
	is_array(place.services)
	some index, service in place.services
	is_object(service)
}

tag_of(parts) := "latest" if count(parts) == 1

tag_of(parts) := parts[1] if count(parts) > 1

# What a variable holds is said by the project.
moves(image) if {
	not contains(image, "@sha256:")
	name := regex.replace(image, `^.*/`, "")
	not startswith(name, "$")
	tag_of(split(name, ":")) in {"dev", "edge", "latest", "main", "master", "nightly"}
}
