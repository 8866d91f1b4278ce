package parapet.aws.eks.module_supported_version_test

import data.parapet.aws.eks.module_supported_version
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := module_supported_version.deny with input as {"resource": {"values": values}}
}

message := "Kubernetes 1.28 is out of standard support since 2024-11-26"

test_an_argument_fails if {
	findings({"source": "terraform-aws-modules/eks/aws", "cluster_version": "1.28"}) == {{"path": ["cluster_version"], "message": message}}
	findings({"source": "./eks", "kubernetes_version": "1.28"}) == {{"path": ["kubernetes_version"], "message": message}}
}

test_an_object_fails_at_any_level if {
	findings({"source": "./region", "eks_config": {"cluster_version": "1.28"}}) == {
		{"path": ["eks_config", "cluster_version"], "message": message},
	}
	findings({"source": "./region", "clusters": {"main": {"kubernetes_version": "1.28"}}}) == {
		{"path": ["clusters", "main", "kubernetes_version"], "message": message},
	}
	findings({"source": "./region", "regions": {"eu": {"clusters": [{"cluster_version": "1.28"}]}}}) == set()
	findings({"source": "./region", "regions": [{"eks": {"main": {"cluster_version": "1.28"}}}]}) == set()
	findings({"source": "./region", "regions": {"eu": {"eks": {"cluster_version": "1.28"}}}}) == {
		{"path": ["regions", "eu", "eks", "cluster_version"], "message": message},
	}
	findings({"source": "./region", "clusters": [{"cluster_version": "1.28"}]}) == {
		{"path": ["clusters", 0, "cluster_version"], "message": message},
	}
}

test_a_number_fails if {
	findings({"source": "./eks", "cluster_version": 1.28}) == {{"path": ["cluster_version"], "message": message}}
}

test_without_a_source_fails if count(findings({"cluster_version": "1.28"})) == 1

test_a_supported_version_passes if {
	every version in ["1.34", "1.40", "latest"] { count(findings({"source": "./eks", "cluster_version": version})) == 0 }
}

test_other_products_pass if {
	every version in ["1.3", "8.0.postgresql_aurora.3.04", "1.28.5"] {
		count(findings({"source": "./search", "cluster_version": version})) == 0
	}
}

test_other_clouds_pass if {
	every source in ["Azure/aks/azurerm", "terraform-google-modules/kubernetes-engine/google", "./modules/GKE"] {
		count(findings({"source": source, "kubernetes_version": "1.28"})) == 0
	}
}

test_other_arguments_pass if count(findings({"source": "./eks", "engine_version": "1.28", "tags": {"a": "1.28"}})) == 0

test_unknown_is_undetermined if {
	testing.undetermined(findings({"source": "./eks", "cluster_version": "1.28"}), [["cluster_version"]])
	count(findings({"source": "./eks"})) == 0
}
