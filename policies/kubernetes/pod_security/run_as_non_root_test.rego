package parapet.kubernetes.pod_security.run_as_non_root_test

import rego.v1

import data.parapet.kubernetes.pod_security.run_as_non_root
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := run_as_non_root.deny with input as {"object": subject}
}

test_set_nowhere if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web", "securityContext": {"runAsUser": 1000}}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "securityContext", "runAsNonRoot"],
		"message": "container \"web\" may run as root: neither it nor its pod sets runAsNonRoot",
	}}
}

test_container_overrides_the_pod if {
	findings(k8s.sample("Deployment", {
		"securityContext": {"runAsNonRoot": true},
		"containers": [{"name": "web"}, {"name": "log", "securityContext": {"runAsNonRoot": false}}],
	})) == {{
		"path": ["spec", "template", "spec", "containers", 1, "securityContext", "runAsNonRoot"],
		"message": "container \"log\" sets runAsNonRoot: false",
	}}
}

test_false_on_the_pod_is_one_finding if {
	findings(k8s.sample("Deployment", {
		"securityContext": {"runAsNonRoot": false},
		"containers": [{"name": "web"}, {"name": "log", "securityContext": {"runAsNonRoot": true}}],
	})) == {{"path": ["spec", "template", "spec", "securityContext", "runAsNonRoot"], "message": "pod sets runAsNonRoot: false"}}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"securityContext": null,
		"containers": [{"name": "a", "securityContext": {"runAsNonRoot": true}}],
		"initContainers": [{"name": "b"}],
		"ephemeralContainers": [{"name": "c", "securityContext": null}],
	}))) == 2
}

test_pod_or_every_container_is_enough if {
	count(findings(k8s.sample("Deployment", {"securityContext": {"runAsNonRoot": true}, "containers": [{"name": "a"}], "initContainers": [{"name": "b"}]}))) == 0
	count(findings(k8s.sample("Deployment", {"containers": [{"name": "a", "securityContext": {"runAsNonRoot": true}}]}))) == 0
	count(findings(k8s.sample("Deployment", {"securityContext": {"runAsNonRoot": true}, "containers": [{"name": "a", "securityContext": {"runAsNonRoot": null}}]}))) == 0
}

test_user_namespace_and_no_containers_pass if {
	count(findings(k8s.sample("Pod", {"hostUsers": false, "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Pod", {
		"hostUsers": false,
		"securityContext": {"runAsNonRoot": false},
		"containers": [{"name": "a", "securityContext": {"runAsNonRoot": false}}],
	}))) == 0
	count(findings(k8s.sample("Pod", {"containers": null}))) == 0
	count(findings({"kind": "Deployment"})) == 0
}
