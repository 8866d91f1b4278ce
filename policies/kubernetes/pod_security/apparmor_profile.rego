# METADATA
# title: Pods keep their AppArmor profile
# description: Unconfined switches off the mandatory access control that nodes with AppArmor apply to every container by default.
# custom:
#   severity: medium
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob, PodTemplate]
#   controls: {nist-800-53: [AC-3, CM-7]}
#   aliases: [AVD-KSV-0002]
#   remediation: Remove the override, or choose `RuntimeDefault` or `Localhost`.
package parapet.kubernetes.pod_security.apparmor_profile

import rego.v1

import data.parapet.lib.kubernetes as k8s

allowed := {"RuntimeDefault", "Localhost"}

annotation_prefix := "container.apparmor.security.beta.kubernetes.io/"

deny contains {"path": path, "message": message} if {
	profile := k8s.pod_security(input.object).appArmorProfile
	is_object(profile)
	type := object.get(profile, "type", "")
	not type in allowed
	path := k8s.pod_path(input.object, ["securityContext", "appArmorProfile", "type"])
	message := sprintf("pod sets AppArmor profile %q", [type])
}

deny contains {"path": path, "message": message} if {
	some container in k8s.containers(input.object)
	is_object(container.security.appArmorProfile)
	type := object.get(container.security.appArmorProfile, "type", "")
	not type in allowed
	path := k8s.container_path(container, ["securityContext", "appArmorProfile", "type"])
	message := sprintf("%s sets AppArmor profile %q", [container.label, type])
}

# The annotation came before the field, and clusters still obey it.
deny contains {"path": path, "message": message} if {
	some key, value in k8s.pod_annotations(input.object)
	startswith(key, annotation_prefix)
	not allowed_annotation(value)
	path := k8s.template_path(input.object, ["metadata", "annotations", key])
	message := sprintf("container %q is annotated with AppArmor profile %q", [trim_prefix(key, annotation_prefix), value])
}

allowed_annotation(value) if value in {"", "runtime/default"}

allowed_annotation(value) if startswith(value, "localhost/")
