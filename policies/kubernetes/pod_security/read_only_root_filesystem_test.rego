package parapet.kubernetes.pod_security.read_only_root_filesystem_test

import rego.v1

import data.parapet.kubernetes.pod_security.read_only_root_filesystem
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := read_only_root_filesystem.deny with input as {"object": subject}
}

test_unset_and_false if {
	findings(k8s.sample("Deployment", {"containers": [
		{"name": "web"},
		{"name": "log", "securityContext": {"readOnlyRootFilesystem": false}},
	]})) == {
		{
			"path": ["spec", "template", "spec", "containers", 0, "securityContext", "readOnlyRootFilesystem"],
			"message": "container \"web\" can write to its root file system",
		},
		{
			"path": ["spec", "template", "spec", "containers", 1, "securityContext", "readOnlyRootFilesystem"],
			"message": "container \"log\" can write to its root file system",
		},
	}
}

test_init_container_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {"initContainers": [{"name": "a", "securityContext": null}]}))) == 1
}

test_read_only_windows_and_debug_containers_pass if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "securityContext": {"readOnlyRootFilesystem": true}}]}))) == 0
	count(findings(k8s.sample("Pod", {"os": {"name": "windows"}, "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Pod", {"containers": null, "ephemeralContainers": [{"name": "debug"}]}))) == 0
}
