package parapet.kubernetes.reliability.liveness_probe_test

import rego.v1

import data.parapet.kubernetes.reliability.liveness_probe
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := liveness_probe.deny with input as {"object": subject}
}

test_missing if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web", "readinessProbe": {"tcpSocket": {"port": 80}}}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "livenessProbe"],
		"message": "container \"web\" has no liveness probe",
	}}
}

test_sidecar_without_and_init_container if {
	findings(k8s.sample("StatefulSet", {
		"containers": [{"name": "db", "livenessProbe": {"exec": {"command": ["pg_isready"]}}}],
		"initContainers": [{"name": "proxy", "restartPolicy": "Always"}, {"name": "restore"}],
		"ephemeralContainers": [{"name": "debug"}],
	})) == {{
		"path": ["spec", "template", "spec", "initContainers", 0, "livenessProbe"],
		"message": "init container \"proxy\" has no liveness probe",
	}}
}

test_null_and_empty_are_missing if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "livenessProbe": null}, {"name": "b", "livenessProbe": {}}]}))) == 2
}

test_what_runs_to_completion_passes if {
	count(findings(k8s.sample("Pod", {"restartPolicy": "Never", "containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Job", {"containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("CronJob", {"containers": [{"name": "a"}]}))) == 0
	count(findings(k8s.sample("Deployment", {"containers": null}))) == 0
}
