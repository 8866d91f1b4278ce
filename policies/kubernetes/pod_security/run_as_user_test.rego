package parapet.kubernetes.pod_security.run_as_user_test

import rego.v1

import data.parapet.kubernetes.pod_security.run_as_user
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := run_as_user.deny with input as {"object": subject}
}

test_pod_and_container if {
	findings(k8s.sample("Deployment", {
		"securityContext": {"runAsUser": 0},
		"containers": [{"name": "web", "securityContext": {"runAsUser": 1000}}, {"name": "log", "securityContext": {"runAsUser": 0}}],
	})) == {
		{"path": ["spec", "template", "spec", "securityContext", "runAsUser"], "message": "pod runs as user 0"},
		{
			"path": ["spec", "template", "spec", "containers", 1, "securityContext", "runAsUser"],
			"message": "container \"log\" runs as user 0",
		},
	}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": {"runAsUser": 0}}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"runAsUser": 0}}],
	}))) == 2
}

test_other_users_and_unset_pass if {
	count(findings(k8s.sample("Pod", {"securityContext": {"runAsUser": 65534}, "containers": [{"name": "a", "securityContext": {"runAsUser": null}}]}))) == 0
	count(findings(k8s.sample("Pod", {"securityContext": null, "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Pod", {"hostUsers": false, "securityContext": {"runAsUser": 0}, "containers": [{"name": "a", "securityContext": {"runAsUser": 0}}]}))) == 0
}
