package parapet.aws.ecs.host_namespaces_test

import data.parapet.aws.ecs.host_namespaces
import rego.v1

findings(values, config) := found if {
	found := host_namespaces.deny with input as {"resource": {"values": values, "config": config}}
}

test_host_fails if {
	findings({"pid_mode": "host", "ipc_mode": "host"}, {}) == {
		{"path": ["pid_mode"], "message": "pid_mode is that of the host"},
		{"path": ["ipc_mode"], "message": "ipc_mode is that of the host"},
	}
}

test_task_passes if count(findings({"pid_mode": "task", "ipc_mode": "none"}, {})) == 0

test_default_passes if count(findings({}, {})) == 0
