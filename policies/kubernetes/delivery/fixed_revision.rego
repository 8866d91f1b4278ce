# METADATA
# title: Argo CD deploys a named revision
# description: "`HEAD`, and no revision at all, is whatever was pushed last: there is no release to approve, and none to go back to."
# custom:
#   severity: medium
#   kinds: [Application]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-2, CM-3], pci-dss: ["6.5.1"], iso-27001: [A.8.32]}
#   remediation: Set `targetRevision` to a tag, a commit or a release branch, and a chart version without wildcards.
package parapet.kubernetes.delivery.fixed_revision

import data.parapet.lib.kubernetes as k8s
import rego.v1

argo if startswith(input.object.apiVersion, "argoproj.io/")

sources contains {"path": ["spec", "source"], "source": k8s.map_at(input.object.spec, "source")} if {
	argo
	count(k8s.map_at(input.object.spec, "source")) > 0
}

sources contains {"path": ["spec", "sources", index], "source": source} if {
	argo
	some index, source in k8s.list_at(input.object.spec, "sources")
}

deny contains {"path": array.concat(place.path, ["targetRevision"]), "message": message} if {
	some place in sources
	revision := object.get(place.source, "targetRevision", "HEAD")
	revision in {"HEAD", "", "*", "latest"}
	message := sprintf("deploys %s, whatever that is on the day", [revision])
}

deny contains {"path": array.concat(place.path, ["kustomize", "images", index]), "message": sprintf("image %s has no fixed version", [image])} if {
	some place in sources
	some index, image in place.source.kustomize.images
	moves(image)
}

moves(image) if endswith(image, ":latest")

moves(image) if {
	parts := split(image, "/")
	not contains(parts[count(parts) - 1], ":")
}
