package parapet.aws.eks.control_plane_logging_test

import data.parapet.aws.eks.control_plane_logging
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := control_plane_logging.deny with input as {"resource": {"values": values}}
}

lacking(types) := {{"path": ["enabled_cluster_log_types"], "message": sprintf("logs not kept: %s", [types])}}

test_no_logs_fail if {
	findings({"name": "main"}) == lacking("audit, authenticator")
	findings({"enabled_cluster_log_types": []}) == lacking("audit, authenticator")
}

test_missing_log_fails if findings({"enabled_cluster_log_types": ["api", "audit"]}) == lacking("authenticator")

test_both_logs_pass if {
	count(findings({"enabled_cluster_log_types": ["audit", "authenticator"]})) == 0
	count(findings({"enabled_cluster_log_types": ["api", "audit", "authenticator", "controllerManager", "scheduler"]})) == 0
}

test_unknown_logs_are_undetermined if testing.undetermined(findings({}), [["enabled_cluster_log_types"]])
