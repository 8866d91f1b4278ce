package parapet.kubernetes.pod_security.apparmor_profile_test

import rego.v1

import data.parapet.kubernetes.pod_security.apparmor_profile
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := apparmor_profile.deny with input as {"object": subject}
}

test_pod_and_container if {
	findings(k8s.sample("Deployment", {
		"securityContext": {"appArmorProfile": {"type": "Unconfined"}},
		"containers": [{"name": "web", "securityContext": {"appArmorProfile": {"type": "Unconfined"}}}],
	})) == {
		{
			"path": ["spec", "template", "spec", "securityContext", "appArmorProfile", "type"],
			"message": "pod sets AppArmor profile \"Unconfined\"",
		},
		{
			"path": ["spec", "template", "spec", "containers", 0, "securityContext", "appArmorProfile", "type"],
			"message": "container \"web\" sets AppArmor profile \"Unconfined\"",
		},
	}
}

test_annotation if {
	findings({"kind": "Deployment", "spec": {"template": {
		"metadata": {"annotations": {
			"container.apparmor.security.beta.kubernetes.io/web": "unconfined",
			"container.apparmor.security.beta.kubernetes.io/log": "localhost/log",
			"container.apparmor.security.beta.kubernetes.io/job": "runtime/default",
			"example.com/profile": "unconfined",
		}},
		"spec": {"containers": []},
	}}}) == {{
		"path": ["spec", "template", "metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/web"],
		"message": "container \"web\" is annotated with AppArmor profile \"unconfined\"",
	}}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": {"appArmorProfile": {"type": "Unconfined"}}}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"appArmorProfile": {"type": "Unconfined"}}}],
	}))) == 2
}

test_allowed_and_unset_pass if {
	count(findings(k8s.sample("Pod", {"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}, "containers": [
		{"name": "a", "securityContext": {"appArmorProfile": {"type": "Localhost", "localhostProfile": "a"}}},
		{"name": "b", "securityContext": {"appArmorProfile": null}},
		{"name": "c"},
	]}))) == 0
	count(findings({"kind": "Pod", "metadata": {"annotations": null}, "spec": {}})) == 0
}
