package parapet.aws.eks.module_addon_versions_test

import data.parapet.aws.eks.module_addon_versions
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := module_addon_versions.deny with input as {"resource": {"values": values}}
}

message(name) := sprintf("add-on %s has the version `latest`, whatever that is on the day", [name])

test_latest_fails if {
	findings({"cluster_addons": {"coredns": {"version": "latest"}, "vpc-cni": {"version": "v1.20.4-eksbuild.1"}}}) == {
		{"path": ["cluster_addons", "coredns", "version"], "message": message("coredns")},
	}
}

test_latest_in_an_object_fails if {
	findings({"eks_config": {"addons": {"vpc-cni": {"version": "latest"}, "own": {"version": "latest"}}}}) == {
		{"path": ["eks_config", "addons", "vpc-cni", "version"], "message": message("vpc-cni")},
		{"path": ["eks_config", "addons", "own", "version"], "message": message("own")},
	}
}

test_another_name_of_the_argument_fails if {
	findings({"addons": {"vpc_cni": {"addon_version": "latest"}}}) == {
		{"path": ["addons", "vpc_cni", "addon_version"], "message": message("vpc_cni")},
	}
	count(findings({"eks": {"cluster_addons": {"vpc-cni": {"addon_version": "latest"}}}})) == 1
}

test_fixed_versions_pass if {
	count(findings({"addons": {"coredns": {"version": "v1.12.1-eksbuild.2"}, "vpc-cni": {"most_recent": true}}})) == 0
	count(findings({"eks": {"addons": {"coredns": {"version": "v1.12.1-eksbuild.2"}, "vpc-cni": {}}}})) == 0
}

test_other_addons_pass if {
	count(findings({"addons": {"postgis": {"version": "latest"}}})) == 0
	count(findings({"database": {"addons": {"postgis": {"version": "latest"}}}})) == 0
	count(findings({"images": {"coredns": {"version": "latest"}}})) == 0
	count(findings({"eks": {"images": {"coredns": {"version": "latest"}}}})) == 0
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({"addons": {"coredns": {"version": "latest"}}}), [["addons"]])
	count(findings({"addons": {"coredns": {}}})) == 0
}
