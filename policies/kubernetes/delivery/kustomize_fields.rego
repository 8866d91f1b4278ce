# METADATA
# title: Kustomizations use fields that are supported
# description: Kustomize announced the end of these fields; a new version stops reading them, and renders something else.
# custom:
#   severity: low
#   kinds: [Kustomization]
#   controls: {nist-800-53: [CM-6], iso-27001: [A.8.9]}
#   remediation: Run `kustomize edit fix`, which writes the fields that took their place.
package parapet.kubernetes.delivery.kustomize_fields

import data.parapet.lib.kubernetes as k8s
import rego.v1

replaced_by := {
	"bases": "resources",
	"commonLabels": "labels",
	"imageTags": "images",
	"patchesJson6902": "patches",
	"patchesStrategicMerge": "patches",
	"vars": "replacements",
}

deny contains {"path": [field], "message": sprintf("`%s` is deprecated in favour of `%s`", [field, successor])} if {
	startswith(input.object.apiVersion, "kustomize.config.k8s.io/")
	some field, successor in replaced_by
	input.object[field]
}
