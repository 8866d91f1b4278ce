package parapet.supply_chain.images.digest_test

import data.parapet.supply_chain.images.digest
import rego.v1

findings(subject) := found if {
	found := digest.deny with input as {"object": subject}
}

test_bad_example_fails if {
	findings({
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"containers": [{"name": "app", "image": "registry.example.com/orders:1.2.3"}]},
	}) == {
		{
			"path": ["spec", "containers", 0, "image"],
			"message": "container \"app\" runs registry.example.com/orders:1.2.3, which has no digest",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/orders:1.2.3@sha256:abababababababababababababababababababababababababababababababab",
				},
			],
		},
	})) == 0
}

test_broken_digest_fails if {
	findings({
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"containers": [{"name": "app", "image": "registry.example.com/orders@sha256:1234"}],
		},
	}) == {
		{
			"path": ["spec", "containers", 0, "image"],
			"message": "container \"app\" runs registry.example.com/orders@sha256:1234, which has no digest",
		},
	}
}

test_digest_alone_passes if {
	count(findings({
		"apiVersion": "v1",
		"kind": "Pod",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"containers": [
				{
					"name": "app",
					"image": "registry.example.com/orders@sha256:abababababababababababababababababababababababababababababababab",
				},
			],
		},
	})) == 0
}
