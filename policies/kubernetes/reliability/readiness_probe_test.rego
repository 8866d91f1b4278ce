package parapet.kubernetes.reliability.readiness_probe_test

import rego.v1

import data.parapet.kubernetes.reliability.readiness_probe
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := readiness_probe.deny with input as {"object": subject}
}

test_missing if {
	findings(k8s.sample("Deployment", {"containers": [{
		"name": "web",
		"ports": [{"containerPort": 8080}],
		"livenessProbe": {"tcpSocket": {"port": 8080}},
	}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "readinessProbe"],
		"message": "container \"web\" serves without a readiness probe",
	}}
}

test_sidecar_and_init_container if {
	count(findings(k8s.sample("StatefulSet", {
		"containers": [{"name": "db", "ports": [{"containerPort": 5432}], "readinessProbe": {"exec": {"command": ["pg_isready"]}}}],
		"initContainers": [
			{"name": "proxy", "restartPolicy": "Always", "ports": [{"containerPort": 15001}]},
			{"name": "restore", "ports": [{"containerPort": 9000}]},
		],
	}))) == 1
}

test_null_is_missing if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "ports": [{"containerPort": 80}], "readinessProbe": null}]}))) == 1
}

test_what_receives_no_requests_passes if {
	count(findings(k8s.sample("Deployment", {"containers": [{"name": "worker"}, {"name": "other", "ports": null}]}))) == 0
	count(findings(k8s.sample("Deployment", {"containers": [{"name": "worker", "ports": [{"name": "http-metrics", "containerPort": 9090}]}]}))) == 0
}

test_what_runs_to_completion_passes if {
	count(findings(k8s.sample("Pod", {"restartPolicy": "OnFailure", "containers": [{"name": "a", "ports": [{"containerPort": 80}]}]}))) == 0
	count(findings(k8s.sample("CronJob", {"containers": [{"name": "a", "ports": [{"containerPort": 80}]}]}))) == 0
}
