# METADATA
# title: Nothing relies on Flux 1
# description: "Flux 1 gets no fixes since November 2022, and Flux 2 does not read its annotations: images they were to update stay as they are."
# custom:
#   severity: low
#   kinds: [Deployment, StatefulSet, DaemonSet, CronJob, HelmRelease, Kustomization]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2, CM-6], iso-27001: [A.8.8, A.8.19]}
#   remediation: Use ImageRepository, ImagePolicy and ImageUpdateAutomation of Flux 2, or the image updater of Argo CD, and take the annotations out.
package parapet.kubernetes.delivery.retired_flux

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["metadata", "annotations", name], "message": sprintf("`%s` is for Flux 1", [name])} if {
	some name, _ in k8s.map_at(input.object.metadata, "annotations")
	of_flux(name)
}

deny contains {"path": ["spec", "template", "metadata", "annotations", name], "message": sprintf("`%s` is for Flux 1", [name])} if {
	some name, _ in k8s.map_at(input.object.spec.template.metadata, "annotations")
	of_flux(name)
}

of_flux(text) if regex.match(`(^|\s)(fluxcd\.io/(automated|tag|ignore|locked|sync|sync-checksum)|flux\.weave\.works/)`, text)

# Patches of Kustomize, as texts.
deny contains {"path": [field, index], "message": "the patch sets annotations for Flux 1"} if {
	some field in ["patchesStrategicMerge", "patches"]
	some index, patch in k8s.list_at(input.object, field)
	some text in [patch, object.get(k8s.map_at({"patch": patch}, "patch"), "patch", "")]
	is_string(text)
	of_flux(text)
}
