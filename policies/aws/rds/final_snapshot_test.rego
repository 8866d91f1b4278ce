package parapet.aws.rds.final_snapshot_test

import data.parapet.aws.rds.final_snapshot
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := final_snapshot.deny with input as {"resource": {"values": values, "config": config}}
}

test_skipped_fails if {
	findings({"skip_final_snapshot": true}, {"skip_final_snapshot": {}}) == {
		{"path": ["skip_final_snapshot"], "message": "no snapshot is made when it is destroyed"},
	}
}

test_kept_passes if {
	count(findings({"skip_final_snapshot": false, "final_snapshot_identifier": "last"}, {"skip_final_snapshot": {}})) == 0
}

test_default_passes if count(findings({}, {"engine": {}})) == 0

test_replica_passes if {
	count(findings({"skip_final_snapshot": true, "replicate_source_db": "orders"}, {"replicate_source_db": {}})) == 0
}

test_copy_of_a_cluster_passes if {
	count(findings({"skip_final_snapshot": true}, {"replication_source_identifier": {}})) == 0
}

test_member_of_a_global_database_passes if {
	count(findings({"skip_final_snapshot": true}, {"global_cluster_identifier": {}})) == 0
}

test_replica_of_an_unknown_source_is_undetermined if {
	testing.undetermined(findings({"skip_final_snapshot": true}, {"replicate_source_db": {"references": ["var.source"]}}), [["replicate_source_db"]])
}
