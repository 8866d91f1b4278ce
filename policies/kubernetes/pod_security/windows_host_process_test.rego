package parapet.kubernetes.pod_security.windows_host_process_test

import rego.v1

import data.parapet.kubernetes.pod_security.windows_host_process
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := windows_host_process.deny with input as {"object": subject}
}

test_pod_and_container if {
	findings(k8s.sample("DaemonSet", {
		"securityContext": {"windowsOptions": {"hostProcess": true}},
		"containers": [{"name": "agent", "securityContext": {"windowsOptions": {"hostProcess": true}}}],
	})) == {
		{
			"path": ["spec", "template", "spec", "securityContext", "windowsOptions", "hostProcess"],
			"message": "pod runs as a Windows host process",
		},
		{
			"path": ["spec", "template", "spec", "containers", 0, "securityContext", "windowsOptions", "hostProcess"],
			"message": "container \"agent\" runs as a Windows host process",
		},
	}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "securityContext": {"windowsOptions": {"hostProcess": true}}}],
		"ephemeralContainers": [{"name": "b", "securityContext": {"windowsOptions": {"hostProcess": true}}}],
	}))) == 2
}

test_false_and_unset_pass if {
	count(findings(k8s.sample("Pod", {
		"securityContext": {"windowsOptions": {"hostProcess": false}},
		"containers": [
			{"name": "a", "securityContext": {"windowsOptions": null}},
			{"name": "b", "securityContext": {"windowsOptions": {"runAsUserName": "ContainerUser"}}},
			{"name": "c"},
		],
	}))) == 0
	count(findings(k8s.sample("Pod", {"securityContext": null, "containers": null}))) == 0
}
