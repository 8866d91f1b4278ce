# METADATA
# title: Images have a fixed tag or a digest
# description: Under `latest` or no tag the same manifest starts different programs on different days, and a rollback brings nothing back.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [CM-2]}
#   aliases: [CKV_K8S_14, AVD-KSV-0013]
#   remediation: Name the version, as in `app:1.4.2`, or better the digest, as in `app@sha256:...`.
package parapet.kubernetes.images.fixed_tag

import rego.v1

import data.parapet.lib.kubernetes as k8s

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	is_string(container.spec.image)
	not filled_in_later(container.spec.image)
	path := k8s.container_path(container, ["image"])
	message := sprintf("%s %s", [container.label, fault(container.spec.image)])
}

deny contains {"path": path, "message": message} if {
	some index, volume in k8s.list_at(k8s.pod_spec(input.object), "volumes")
	is_string(volume.image.reference)
	path := k8s.pod_path(input.object, ["volumes", index, "image", "reference"])
	message := sprintf("volume %q %s", [volume.name, fault(volume.image.reference)])
}

# What is wrong with a reference; undefined when nothing is. A digest stands last and holds a colon itself.
fault(image) := sprintf("uses image %s without a tag", [image]) if {
	image != ""
	not contains(name(image), ":")
}

fault(image) := sprintf("uses image %s", [image]) if endswith(image, ":latest")

# The part after the last slash: a colon before it belongs to the port of the registry.
name(image) := parts[count(parts) - 1] if {
	parts := split(image, "/")
}

# Istio replaces `auto` by the proxy's image when it injects a gateway.
filled_in_later(image) if {
	image == "auto"
	some key, _ in k8s.pod_annotations(input.object)
	startswith(key, "inject.istio.io/")
}
