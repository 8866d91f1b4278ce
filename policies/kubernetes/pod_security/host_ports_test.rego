package parapet.kubernetes.pod_security.host_ports_test

import rego.v1

import data.parapet.kubernetes.pod_security.host_ports
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := host_ports.deny with input as {"object": subject}
}

test_host_port if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web", "ports": [{"containerPort": 9090}, {"containerPort": 8080, "hostPort": 80}]}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "ports", 1, "hostPort"],
		"message": "container \"web\" binds port 80 of its node",
	}}
}

test_init_container_of_a_cron_job if {
	findings(k8s.sample("CronJob", {"initContainers": [{"name": "proxy", "ports": [{"containerPort": 15001, "hostPort": 15001}]}]})) == {{
		"path": ["spec", "jobTemplate", "spec", "template", "spec", "initContainers", 0, "ports", 0, "hostPort"],
		"message": "init container \"proxy\" binds port 15001 of its node",
	}}
}

test_zero_and_unset_pass if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "web", "ports": [
		{"containerPort": 80},
		{"containerPort": 81, "hostPort": 0},
		{"containerPort": 82, "hostPort": null},
	]}]}))) == 0
	count(findings(k8s.sample("Pod", {"containers": [{"name": "web", "ports": null}]}))) == 0
}
