package parapet.kubernetes.pod_security.drop_capabilities_test

import rego.v1

import data.parapet.kubernetes.pod_security.drop_capabilities
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := drop_capabilities.deny with input as {"object": subject}
}

test_nothing_dropped if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web"}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "capabilities", "drop"],
		"message": "container \"web\" does not drop ALL capabilities",
	}}
}

test_some_dropped if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "web", "securityContext": {"capabilities": {"drop": ["NET_RAW", "MKNOD"]}}}]}))) == 1
}

test_default_capability_added_back if {
	findings(k8s.sample("Deployment", {"containers": [{
		"name": "web",
		"securityContext": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "CHOWN"]}},
	}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "capabilities", "add", 1],
		"message": "container \"web\" adds capability CHOWN",
	}}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"containers": [{"name": "a", "securityContext": {"capabilities": {"drop": ["ALL"]}}}],
		"initContainers": [{"name": "b", "securityContext": {"capabilities": null}}],
		"ephemeralContainers": [{"name": "c"}],
	}))) == 2
}

test_dropped_and_windows_pass if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "securityContext": {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}}]}))) == 0
	count(findings(k8s.sample("Pod", {"os": {"name": "windows"}, "containers": [{"name": "a", "securityContext": {"capabilities": {"add": ["CHOWN"]}}}]}))) == 0
	count(findings(k8s.sample("Pod", {"containers": null}))) == 0
}

# One finding for one mistake: SYS_ADMIN belongs to the rule on added capabilities.
test_capabilities_outside_the_default_set_are_not_reported_twice if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "securityContext": {"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}}]}))) == 0
}
