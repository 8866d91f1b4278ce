package parapet.kubernetes.delivery.fixed_revision_test

import data.parapet.kubernetes.delivery.fixed_revision
import rego.v1

findings(subject) := found if {
	found := fixed_revision.deny with input as {"object": subject}
}

test_head_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"source": {"targetRevision": "HEAD"}},
	}) == {
		{"path": ["spec", "source", "targetRevision"], "message": "deploys HEAD, whatever that is on the day"},
	}
}

test_none_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"sources": [{"targetRevision": "v1"}, {"path": "a"}]},
	}) == {
		{"path": ["spec", "sources", 1, "targetRevision"], "message": "deploys HEAD, whatever that is on the day"},
	}
}

test_latest_image_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"source": {
				"targetRevision": "v1",
				"kustomize": {
					"images": [
						"api:latest",
						"web=registry.example.com:5000/web",
						"job:1",
					],
				},
			},
		},
	}) == {
		{"path": ["spec", "source", "kustomize", "images", 0], "message": "image api:latest has no fixed version"},
		{"path": ["spec", "source", "kustomize", "images", 1], "message": "image web=registry.example.com:5000/web has no fixed version"},
	}
}

test_tag_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"source": {"targetRevision": "v1.4.2"}},
	})) == 0
}

test_another_application_is_not_judged if {
	count(findings({
		"apiVersion": "app.k8s.io/v1",
		"kind": "Application",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"source": {"path": "a"}},
	})) == 0
}
