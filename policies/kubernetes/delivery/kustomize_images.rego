# METADATA
# title: Kustomize pins images
# description: An entry without a tag or digest changes the name alone, and `latest` is another program every day.
# custom:
#   severity: medium
#   kinds: [Kustomization]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-2, SI-7], iso-27001: [A.8.32]}
#   remediation: Set `newTag` to a version, or better `digest`.
package parapet.kubernetes.delivery.kustomize_images

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["images", index], "message": sprintf("image %s has no fixed version", [image.name])} if {
	startswith(input.object.apiVersion, "kustomize.config.k8s.io/")
	some index, image in k8s.list_at(input.object, "images")
	not image.digest
	object.get(image, "newTag", "latest") in {"latest", ""}
}
