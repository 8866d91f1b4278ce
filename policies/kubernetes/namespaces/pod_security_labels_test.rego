package parapet.kubernetes.namespaces.pod_security_labels_test

import rego.v1

import data.parapet.kubernetes.namespaces.pod_security_labels

findings(subject) := found if {
	found := pod_security_labels.deny with input as {"object": subject}
}

namespace(labels) := {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}}

test_no_label if {
	findings(namespace({"team": "shop"})) == {{
		"path": ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
		"message": "namespace enforces no Pod Security Standard",
	}}
	count(findings(namespace(null))) == 1
	count(findings({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})) == 1
}

test_privileged if {
	findings(namespace({"pod-security.kubernetes.io/enforce": "privileged"})) == {{
		"path": ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
		"message": "namespace enforces the Pod Security Standard \"privileged\"",
	}}
}

# Warnings and audit records stop nothing.
test_warn_and_audit_alone if {
	count(findings(namespace({"pod-security.kubernetes.io/warn": "restricted", "pod-security.kubernetes.io/audit": "restricted"}))) == 1
}

test_enforced_passes if {
	count(findings(namespace({"pod-security.kubernetes.io/enforce": "restricted"}))) == 0
	count(findings(namespace({"pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/enforce-version": "v1.32"}))) == 0
}

test_system_namespaces_and_other_kinds_of_namespace_pass if {
	every name in ["kube-system", "kube-public", "kube-node-lease"] {
		count(findings({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})) == 0
	}
	count(findings({"apiVersion": "servicebus.azure.com/v1api20211101", "kind": "Namespace", "metadata": {"name": "shop"}})) == 0
}
