package parapet.supply_chain.images.kustomize_digest_test

import data.parapet.supply_chain.images.kustomize_digest
import rego.v1

findings(subject) := found if {
	found := kustomize_digest.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"images": [{"name": "orders", "newTag": "1.2.3"}],
	}) == {
		{"path": ["images", 0], "message": "image orders is set to a tag, and not to a digest"},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"images": [
			{
				"name": "orders",
				"digest": "sha256:abababababababababababababababababababababababababababababababab",
			},
		],
	})) == 0
}

test_name_alone_passes if {
	count(findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"images": [{"name": "orders", "newName": "registry.example.com/orders"}],
	})) == 0
}
