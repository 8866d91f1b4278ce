package parapet.kubernetes.pod_security.probe_hosts_test

import rego.v1

import data.parapet.kubernetes.pod_security.probe_hosts
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := probe_hosts.deny with input as {"object": subject}
}

test_probe_and_hook if {
	findings(k8s.sample("Deployment", {"containers": [{
		"name": "web",
		"livenessProbe": {"httpGet": {"host": "169.254.169.254", "port": 80}},
		"readinessProbe": {"tcpSocket": {"port": 80}},
		"lifecycle": {"preStop": {"httpGet": {"host": "127.0.0.1", "port": 10250}}},
	}]})) == {
		{
			"path": ["spec", "template", "spec", "containers", 0, "livenessProbe", "httpGet", "host"],
			"message": "livenessProbe of container \"web\" calls host 169.254.169.254",
		},
		{
			"path": ["spec", "template", "spec", "containers", 0, "lifecycle", "preStop", "httpGet", "host"],
			"message": "lifecycle.preStop of container \"web\" calls host 127.0.0.1",
		},
	}
}

test_every_handler_and_action_is_read if {
	hit := {"httpGet": {"host": "10.0.0.1", "port": 1}, "tcpSocket": {"host": "10.0.0.1", "port": 1}}
	count(findings(k8s.sample("Pod", {"containers": [{
		"name": "a",
		"livenessProbe": hit,
		"readinessProbe": hit,
		"startupProbe": hit,
		"lifecycle": {"postStart": hit, "preStop": hit},
	}]}))) == 10
}

test_sidecar_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "startupProbe": {"httpGet": {"host": "example.com", "port": 80}}}],
		"ephemeralContainers": [{"name": "b", "lifecycle": {"postStart": {"tcpSocket": {"host": "example.com", "port": 80}}}}],
	}))) == 2
}

test_no_host_passes if {
	count(findings(k8s.sample("Pod", {"containers": [
		{"name": "a", "livenessProbe": {"httpGet": {"path": "/", "port": 80, "httpHeaders": [{"name": "Host", "value": "example.com"}]}}},
		{"name": "b", "readinessProbe": {"httpGet": {"host": "", "port": 80}}},
		{"name": "c", "livenessProbe": null, "lifecycle": {"preStop": {"exec": {"command": ["true"]}}}},
		{"name": "d"},
	]}))) == 0
}
