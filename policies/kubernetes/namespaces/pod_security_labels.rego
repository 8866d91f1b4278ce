# METADATA
# title: Namespaces enforce a Pod Security Standard
# description: A namespace without the label admits privileged pods, whatever the manifests reviewed so far say.
# custom:
#   severity: medium
#   kinds: [Namespace]
#   controls: {cis-kubernetes: ["5.2.1"], nist-800-53: [AC-6, CM-6]}
#   remediation: "Set the label `pod-security.kubernetes.io/enforce` to `restricted`, or to `baseline`."
package parapet.kubernetes.namespaces.pod_security_labels

import rego.v1

import data.parapet.lib.kubernetes as k8s

label := "pod-security.kubernetes.io/enforce"

# Part of the control plane, whose pods no standard admits.
system_namespaces := {"kube-system", "kube-public", "kube-node-lease"}

deny contains {"path": ["metadata", "labels", label], "message": message} if {
	input.object.apiVersion == "v1"
	not input.object.metadata.name in system_namespaces
	level := object.get(k8s.map_at(input.object.metadata, "labels"), label, "")
	not level in {"baseline", "restricted"}
	message := problem(level)
}

problem(level) := "namespace enforces no Pod Security Standard" if {
	level == ""
} else := sprintf("namespace enforces the Pod Security Standard %q", [level])
