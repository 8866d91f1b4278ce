package parapet.kubernetes.namespaces.default_namespace_test

import rego.v1

import data.parapet.kubernetes.namespaces.default_namespace

findings(subject) := found if {
	found := default_namespace.deny with input as {"object": subject}
}

test_default if {
	findings({"kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}}) == {{
		"path": ["metadata", "namespace"],
		"message": "Deployment runs in the default namespace",
	}}
	count(findings({"kind": "CronJob", "metadata": {"namespace": "default"}})) == 1
}

test_other_and_unset_pass if {
	count(findings({"kind": "Deployment", "metadata": {"namespace": "shop"}})) == 0
	count(findings({"kind": "Deployment", "metadata": {"name": "web"}})) == 0
	count(findings({"kind": "Deployment", "metadata": {"namespace": null}})) == 0
	count(findings({"kind": "Deployment"})) == 0
}
