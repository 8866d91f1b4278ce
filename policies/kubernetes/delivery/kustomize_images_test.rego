package parapet.kubernetes.delivery.kustomize_images_test

import data.parapet.kubernetes.delivery.kustomize_images
import rego.v1

findings(subject) := found if {
	found := kustomize_images.deny with input as {"object": subject}
}

test_latest_fails if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"images": [{"name": "api", "newTag": "latest"}],
	}) == {
		{"path": ["images", 0], "message": "image api has no fixed version"},
	}
}

test_name_alone_fails if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"images": [{"name": "a", "newTag": "1"}, {"name": "b", "newName": "c"}],
	}) == {
		{"path": ["images", 1], "message": "image b has no fixed version"},
	}
}

test_digest_passes if {
	count(findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"images": [{"name": "api", "digest": "sha256:01"}],
	})) == 0
}

test_resource_of_flux_is_not_judged if {
	count(findings({
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1",
		"kind": "Kustomization",
		"images": [{"name": "a"}],
	})) == 0
}
