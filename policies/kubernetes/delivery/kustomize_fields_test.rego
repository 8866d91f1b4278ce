package parapet.kubernetes.delivery.kustomize_fields_test

import data.parapet.kubernetes.delivery.kustomize_fields
import rego.v1

findings(subject) := found if {
	found := kustomize_fields.deny with input as {"object": subject}
}

test_old_field_fails if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"bases": ["../base"],
	}) == {
		{"path": ["bases"], "message": "`bases` is deprecated in favour of `resources`"},
	}
}

test_new_fields_pass if {
	count(findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"resources": ["../base"],
		"patches": [],
	})) == 0
}

test_resource_of_flux_is_not_judged if {
	count(findings({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "bases": ["a"]})) == 0
}
