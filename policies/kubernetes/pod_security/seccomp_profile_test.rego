package parapet.kubernetes.pod_security.seccomp_profile_test

import rego.v1

import data.parapet.kubernetes.pod_security.seccomp_profile
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := seccomp_profile.deny with input as {"object": subject}
}

test_set_nowhere if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web"}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "seccompProfile", "type"],
		"message": "container \"web\" has no seccomp profile: neither it nor its pod sets one",
	}}
}

test_unconfined_container if {
	findings(k8s.sample("Deployment", {
		"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
		"containers": [{"name": "web", "securityContext": {"seccompProfile": {"type": "Unconfined"}}}, {"name": "log"}],
	})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "seccompProfile", "type"],
		"message": "container \"web\" sets seccomp profile \"Unconfined\"",
	}}
}

test_unconfined_pod_is_one_finding if {
	findings(k8s.sample("Deployment", {"securityContext": {"seccompProfile": {"type": "Unconfined"}}, "containers": [{"name": "web"}]})) == {{
		"path": ["spec", "template", "spec", "securityContext", "seccompProfile", "type"],
		"message": "pod sets seccomp profile \"Unconfined\"",
	}}
}

test_null_on_the_pod_is_no_profile if {
	count(findings(k8s.sample("Pod", {"securityContext": {"seccompProfile": null}, "containers": [{"name": "a"}]}))) == 1
}

test_profile_without_a_type if {
	count(findings(k8s.sample("Pod", {"securityContext": {"seccompProfile": {}}, "containers": []}))) == 1
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"containers": [{"name": "a", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}],
		"initContainers": [{"name": "b", "securityContext": {"seccompProfile": null}}],
		"ephemeralContainers": [{"name": "c"}],
	}))) == 2
}

test_pod_or_every_container_is_enough if {
	count(findings(k8s.sample("Pod", {"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}, "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "a.json"}}}]}))) == 0
}

test_windows_and_no_containers_pass if {
	count(findings(k8s.sample("Pod", {"os": {"name": "windows"}, "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Pod", {
		"os": {"name": "windows"},
		"securityContext": {"seccompProfile": {"type": "Unconfined"}},
		"containers": [{"name": "a", "securityContext": {"seccompProfile": {"type": "Unconfined"}}}],
	}))) == 0
	count(findings(k8s.sample("Pod", {"containers": null}))) == 0
}
