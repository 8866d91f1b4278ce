package parapet.kubernetes.pod_security.privileged_test

import rego.v1

import data.parapet.kubernetes.pod_security.privileged
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := privileged.deny with input as {"object": subject}
}

test_privileged_container if {
	findings(k8s.sample("Deployment", {"containers": [
		{"name": "web", "securityContext": {"privileged": false}},
		{"name": "agent", "securityContext": {"privileged": true}},
	]})) == {{
		"path": ["spec", "template", "spec", "containers", 1, "securityContext", "privileged"],
		"message": "container \"agent\" is privileged",
	}}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	findings(k8s.sample("CronJob", {
		"containers": [{"name": "main"}],
		"initContainers": [{"name": "sysctl", "securityContext": {"privileged": true}}],
		"ephemeralContainers": [{"name": "debug", "securityContext": {"privileged": true}}],
	})) == {
		{
			"path": ["spec", "jobTemplate", "spec", "template", "spec", "initContainers", 0, "securityContext", "privileged"],
			"message": "init container \"sysctl\" is privileged",
		},
		{
			"path": ["spec", "jobTemplate", "spec", "template", "spec", "ephemeralContainers", 0, "securityContext", "privileged"],
			"message": "ephemeral container \"debug\" is privileged",
		},
	}
}

test_unset_is_the_default if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a"}, {"name": "b", "securityContext": null}]}))) == 0
	count(findings(k8s.sample("Pod", {"containers": null}))) == 0
}
