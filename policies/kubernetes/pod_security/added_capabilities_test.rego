package parapet.kubernetes.pod_security.added_capabilities_test

import rego.v1

import data.parapet.kubernetes.pod_security.added_capabilities
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := added_capabilities.deny with input as {"object": subject}
}

test_capability_outside_the_default_set if {
	findings(k8s.sample("DaemonSet", {"containers": [{"name": "cni", "securityContext": {"capabilities": {"add": ["CHOWN", "NET_ADMIN"]}}}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "capabilities", "add", 1],
		"message": "container \"cni\" adds capability NET_ADMIN",
	}}
}

# NET_RAW is in the runtimes' default set, but not in what the Pod Security Standards allow to add.
test_net_raw_and_all if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "securityContext": {"capabilities": {"add": ["NET_RAW", "ALL"]}}}]}))) == 2
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}}}],
	}))) == 2
}

test_default_set_and_none_pass if {
	count(findings(k8s.sample("Pod", {"containers": [
		{"name": "a", "securityContext": {"capabilities": {"add": ["NET_BIND_SERVICE", "SETUID"]}}},
		{"name": "b", "securityContext": {"capabilities": {"add": null, "drop": ["ALL"]}}},
		{"name": "c", "securityContext": {"capabilities": null}},
		{"name": "d"},
	]}))) == 0
}
