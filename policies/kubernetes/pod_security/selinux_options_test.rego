package parapet.kubernetes.pod_security.selinux_options_test

import rego.v1

import data.parapet.kubernetes.pod_security.selinux_options
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := selinux_options.deny with input as {"object": subject}
}

test_type_user_and_role if {
	findings(k8s.sample("Deployment", {
		"securityContext": {"seLinuxOptions": {"user": "system_u", "role": "system_r"}},
		"containers": [{"name": "web", "securityContext": {"seLinuxOptions": {"type": "spc_t"}}}],
	})) == {
		{"path": ["spec", "template", "spec", "securityContext", "seLinuxOptions", "user"], "message": "pod sets SELinux user system_u"},
		{"path": ["spec", "template", "spec", "securityContext", "seLinuxOptions", "role"], "message": "pod sets SELinux role system_r"},
		{
			"path": ["spec", "template", "spec", "containers", 0, "securityContext", "seLinuxOptions", "type"],
			"message": "container \"web\" sets SELinux type spc_t",
		},
	}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": {"seLinuxOptions": {"type": "spc_t"}}}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"seLinuxOptions": {"user": "root"}}}],
	}))) == 2
}

test_container_types_levels_and_unset_pass if {
	count(findings(k8s.sample("Pod", {
		"securityContext": {"seLinuxOptions": {"level": "s0:c123,c456", "type": "container_t", "user": "", "role": null}},
		"containers": [
			{"name": "a", "securityContext": {"seLinuxOptions": {"type": "container_engine_t"}}},
			{"name": "b", "securityContext": {"seLinuxOptions": {"type": ""}}},
			{"name": "e", "securityContext": {"seLinuxOptions": {"type": null}}},
			{"name": "c", "securityContext": {"seLinuxOptions": null}},
			{"name": "d"},
		],
	}))) == 0
	count(findings({"kind": "Pod"})) == 0
}
