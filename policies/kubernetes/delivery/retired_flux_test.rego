package parapet.kubernetes.delivery.retired_flux_test

import data.parapet.kubernetes.delivery.retired_flux
import rego.v1

findings(subject) := found if {
	found := retired_flux.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "apps/v1",
		"kind": "Deployment",
		"metadata": {
			"name": "orders",
			"namespace": "shop",
			"annotations": {"fluxcd.io/automated": "true"},
		},
		"spec": {},
	}) == {
		{
			"path": ["metadata", "annotations", "fluxcd.io/automated"],
			"message": "`fluxcd.io/automated` is for Flux 1",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "apps/v1",
		"kind": "Deployment",
		"metadata": {
			"name": "orders",
			"namespace": "shop",
			"annotations": {"reconcile.fluxcd.io/requestedAt": "1"},
		},
		"spec": {},
	})) == 0
}

test_template_fails if {
	findings({
		"apiVersion": "apps/v1",
		"kind": "Deployment",
		"metadata": {"name": "orders"},
		"spec": {"template": {"metadata": {"annotations": {"fluxcd.io/tag.api": "semver:~1.0"}}}},
	}) == {
		{
			"path": ["spec", "template", "metadata", "annotations", "fluxcd.io/tag.api"],
			"message": "`fluxcd.io/tag.api` is for Flux 1",
		},
	}
}

test_patch_fails if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"patches": [{"patch": "metadata:\n  annotations:\n    fluxcd.io/automated: \"true\""}],
	}) == {
		{"path": ["patches", 0], "message": "the patch sets annotations for Flux 1"},
	}
}

test_old_patch_fails if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"patchesStrategicMerge": ["metadata:\n  annotations:\n    fluxcd.io/automated: \"true\""],
	}) == {
		{"path": ["patchesStrategicMerge", 0], "message": "the patch sets annotations for Flux 1"},
	}
}

test_patch_file_passes if {
	count(findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"patches": [{"path": "replicas.yaml"}],
	})) == 0
}
