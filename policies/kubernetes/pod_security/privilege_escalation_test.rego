package parapet.kubernetes.pod_security.privilege_escalation_test

import rego.v1

import data.parapet.kubernetes.pod_security.privilege_escalation
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := privilege_escalation.deny with input as {"object": subject}
}

test_allowed_and_unset if {
	findings(k8s.sample("Deployment", {"containers": [
		{"name": "web", "securityContext": {"allowPrivilegeEscalation": true}},
		{"name": "log"},
	]})) == {
		{
			"path": ["spec", "template", "spec", "containers", 0, "securityContext", "allowPrivilegeEscalation"],
			"message": "container \"web\" allows privilege escalation",
		},
		{
			"path": ["spec", "template", "spec", "containers", 1, "securityContext", "allowPrivilegeEscalation"],
			"message": "container \"log\" does not set allowPrivilegeEscalation: false",
		},
	}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": null}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"allowPrivilegeEscalation": null}}],
	}))) == 2
}

test_forbidden_and_windows_pass if {
	count(findings(k8s.sample("Job", {"containers": [{"name": "a", "securityContext": {"allowPrivilegeEscalation": false}}]}))) == 0
	count(findings(k8s.sample("Job", {"os": {"name": "windows"}, "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Job", {"containers": null}))) == 0
}
