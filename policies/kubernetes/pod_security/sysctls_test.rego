package parapet.kubernetes.pod_security.sysctls_test

import rego.v1

import data.parapet.kubernetes.pod_security.sysctls
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := sysctls.deny with input as {"object": subject}
}

test_unsafe if {
	findings(k8s.sample("Deployment", {"securityContext": {"sysctls": [
		{"name": "net.ipv4.tcp_keepalive_time", "value": "60"},
		{"name": "net.core.somaxconn", "value": "1024"},
	]}})) == {{
		"path": ["spec", "template", "spec", "securityContext", "sysctls", 1, "name"],
		"message": "pod sets sysctl net.core.somaxconn",
	}}
}

test_cron_job if {
	count(findings(k8s.sample("CronJob", {"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "65536"}]}}))) == 1
}

test_safe_and_none_pass if {
	count(sysctls.safe) == 14
	every name in sysctls.safe {
		count(findings(k8s.sample("Pod", {"securityContext": {"sysctls": [{"name": name, "value": "1"}]}}))) == 0
	}
	count(findings(k8s.sample("Pod", {"securityContext": {"sysctls": null}}))) == 0
	count(findings(k8s.sample("Pod", {"securityContext": null}))) == 0
}
