package parapet.kubernetes.pod_security.host_namespaces_test

import rego.v1

import data.parapet.kubernetes.pod_security.host_namespaces
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := host_namespaces.deny with input as {"object": subject}
}

test_each_namespace if {
	findings(k8s.sample("Deployment", {"hostNetwork": true, "hostPID": true, "hostIPC": true, "containers": []})) == {
		{"path": ["spec", "template", "spec", "hostNetwork"], "message": "pod shares the network namespace of its node"},
		{"path": ["spec", "template", "spec", "hostPID"], "message": "pod shares the process namespace of its node"},
		{"path": ["spec", "template", "spec", "hostIPC"], "message": "pod shares the IPC namespace of its node"},
	}
}

test_cron_job if {
	findings(k8s.sample("CronJob", {"hostPID": true})) == {{
		"path": ["spec", "jobTemplate", "spec", "template", "spec", "hostPID"],
		"message": "pod shares the process namespace of its node",
	}}
}

test_false_and_unset_pass if {
	count(findings(k8s.sample("Pod", {"hostNetwork": false, "hostPID": null, "containers": []}))) == 0
	count(findings(k8s.sample("Pod", {"shareProcessNamespace": true, "containers": []}))) == 0
	count(findings({"kind": "Deployment"})) == 0
}
