package parapet.cost.compute.previous_generation_test

import data.parapet.cost.compute.previous_generation
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := previous_generation.deny with input as {"resource": {"values": values, "config": config}}
}

test_old_instance_fails if {
	findings({"instance_type": "m4.large"}, {"instance_type": {}}) == {
		{"path": ["instance_type"], "message": "m4.large is of a previous generation"},
	}
}

test_old_class_fails if {
	findings({"instance_class": "db.r4.xlarge"}, {"instance_class": {}}) == {
		{"path": ["instance_class"], "message": "db.r4.xlarge is of a previous generation"},
	}
}

test_old_cache_fails if {
	findings({"node_type": "cache.t2.micro"}, {"node_type": {}}) == {
		{"path": ["node_type"], "message": "cache.t2.micro is of a previous generation"},
	}
}

test_old_node_fails if {
	findings({"instance_types": ["m7g.large", "c4.large"]}, {"instance_types": {}}) == {
		{"path": ["instance_types", 1], "message": "c4.large is of a previous generation"},
	}
}

test_old_search_node_fails if {
	findings({"cluster_config": [{"instance_type": "r4.large.search"}]}, {}) == {
		{"path": ["cluster_config", 0, "instance_type"], "message": "r4.large.search is of a previous generation"},
	}
}

test_unknown_is_undetermined if {
	testing.undetermined(findings({}, {"instance_type": {}}), [["instance_type"]])
}

test_unknown_cluster_is_undetermined if {
	testing.undetermined(findings({}, {"cluster_config": [{}]}), [["cluster_config"]])
}

test_current_passes if {
	count(findings({
		"instance_type": "t3.micro",
		"instance_class": "db.r6g.large",
		"instance_types": ["g4dn.xlarge"],
	}, {})) == 0
}
