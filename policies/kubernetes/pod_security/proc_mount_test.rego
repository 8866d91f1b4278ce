package parapet.kubernetes.pod_security.proc_mount_test

import rego.v1

import data.parapet.kubernetes.pod_security.proc_mount
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := proc_mount.deny with input as {"object": subject}
}

test_unmasked if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "build", "securityContext": {"procMount": "Unmasked"}}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "procMount"],
		"message": "container \"build\" sets procMount Unmasked",
	}}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": {"procMount": "Unmasked"}}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"procMount": "Unmasked"}}],
	}))) == 2
}

test_default_unset_and_user_namespace_pass if {
	count(findings(k8s.sample("Pod", {"containers": [
		{"name": "a", "securityContext": {"procMount": "Default"}},
		{"name": "b", "securityContext": {"procMount": null}},
		{"name": "c"},
	]}))) == 0
	count(findings(k8s.sample("Pod", {"hostUsers": false, "containers": [{"name": "a", "securityContext": {"procMount": "Unmasked"}}]}))) == 0
}
