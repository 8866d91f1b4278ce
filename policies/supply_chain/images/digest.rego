# METADATA
# title: Images are named by their digest
# description: "A tag can be pushed again: what was scanned and signed is then not what runs. A digest is the content itself."
# custom:
#   severity: low
#   kinds: [Pod, PodTemplate, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob]
#   controls: {soc2: [CC8.1], cis-kubernetes: ["5.5.1"], nist-800-53: [CM-14, SI-7, SR-4], iso-27001: [A.5.21, A.8.32]}
#   aliases: [CKV_K8S_43]
#   remediation: "Name the digest beside the tag: `image: registry/app:1.2.3@sha256:...`; `kustomize edit set image` and Renovate keep it current."
package parapet.supply_chain.images.digest

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": k8s.container_path(container, ["image"]), "message": sprintf("%s runs %s, which has no digest", [container.label, image])} if {
	some container in k8s.containers(input.object)
	image := container.spec.image
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
}
