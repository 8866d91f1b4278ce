package parapet.aws.eks.supported_version_test

import data.parapet.aws.eks.supported_version
import data.parapet.lib.aws_eks
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := supported_version.deny with input as {"resource": {"values": values, "config": config}}
}

test_old_fails if {
	findings({"version": "1.28"}, {"version": {}}) == {
		{"path": ["version"], "message": "Kubernetes 1.28 is out of standard support since 2024-11-26"},
	}
}

test_ancient_fails if {
	findings({"version": "1.19"}, {"version": {}}) == {{"path": ["version"], "message": "Kubernetes 1.19 is out of support"}}
}

test_every_version_in_the_table_fails_once if {
	every version, _ in aws_eks.ended { count(findings({"version": version}, {"version": {}})) == 1 }
}

test_new_passes if {
	every version in ["1.34", "1.35", "2.0"] { count(findings({"version": version}, {"version": {}})) == 0 }
}

test_newest_by_default_passes if count(findings({}, {"name": {}})) == 0

test_unknown_is_undetermined if testing.undetermined(findings({}, {"version": {}}), [["version"]])
