package parapet.lib.testing_test

import data.parapet.lib.testing
import rego.v1

test_same_path_is_undetermined if {
	testing.undetermined({{"path": ["acl"]}}, [["acl"]])
}

test_path_below_an_unknown_is_undetermined if {
	testing.undetermined({{"path": ["ingress", 0, "cidr_blocks"]}}, [["ingress"]])
}

test_path_above_an_unknown_is_undetermined if {
	testing.undetermined({{"path": ["tags"]}}, [["tags", "CostCenter"]])
}

test_known_path_is_not_undetermined if {
	not testing.undetermined({{"path": ["acl"]}, {"path": ["bucket"]}}, [["acl"]])
}

test_sibling_of_an_unknown_is_not_undetermined if {
	not testing.undetermined({{"path": ["ingress", 1]}}, [["ingress", 0]])
}

test_finding_without_a_path_is_not_undetermined if {
	not testing.undetermined({{"message": "no policy"}}, [["policy"]])
}

test_no_finding_is_not_undetermined if {
	not testing.undetermined(set(), [["acl"]])
}
