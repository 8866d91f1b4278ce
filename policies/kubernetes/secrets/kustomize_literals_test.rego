package parapet.kubernetes.secrets.kustomize_literals_test

import data.parapet.kubernetes.secrets.kustomize_literals
import rego.v1

findings(subject) := found if {
	found := kustomize_literals.deny with input as {"object": subject}
}

test_literals_fail if {
	findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"secretGenerator": [{"name": "db", "literals": ["password=x"]}],
	}) == {
		{"path": ["secretGenerator", 0, "literals"], "message": "secret db is written in the kustomization"},
	}
}

test_file_passes if {
	count(findings({
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind": "Kustomization",
		"metadata": {"name": "shop"},
		"secretGenerator": [{"name": "db", "envs": ["secrets.env"]}],
	})) == 0
}
