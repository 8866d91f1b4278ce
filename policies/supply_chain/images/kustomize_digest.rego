# METADATA
# title: Kustomize names images by their digest
# description: "`newTag` names what can be pushed again, `digest` names the content."
# custom:
#   severity: low
#   kinds: [Kustomization]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-14, SI-7, SR-4], iso-27001: [A.5.21, A.8.32]}
#   remediation: Set `digest` of the image; `kustomize edit set image app@sha256:...` does.
package parapet.supply_chain.images.kustomize_digest

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["images", index], "message": sprintf("image %s is set to a tag, and not to a digest", [image.name])} if {
	startswith(input.object.apiVersion, "kustomize.config.k8s.io/")
	some index, image in k8s.list_at(input.object, "images")
	image.newTag
	not image.digest
}
