package parapet.kubernetes.reliability.resource_requests_test

import rego.v1

import data.parapet.kubernetes.reliability.resource_requests
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := resource_requests.deny with input as {"object": subject}
}

test_nothing_requested if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web"}]})) == {
		{"path": ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "message": "container \"web\" requests no cpu"},
		{"path": ["spec", "template", "spec", "containers", 0, "resources", "requests", "memory"], "message": "container \"web\" requests no memory"},
	}
}

test_one_missing_and_zero if {
	findings(k8s.sample("Pod", {"containers": [{"name": "web", "resources": {"requests": {"cpu": 1, "memory": "0"}}}]})) == {{
		"path": ["spec", "containers", 0, "resources", "requests", "memory"],
		"message": "container \"web\" requests no memory",
	}}
}

test_sidecar_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"containers": [{"name": "main", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}],
		"initContainers": [{"name": "proxy", "restartPolicy": "Always", "resources": null}],
	}))) == 2
}

test_limits_and_pod_level_resources_count if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}]}))) == 0
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}}]}))) == 0
	count(findings(k8s.sample("Pod", {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}, "containers": [{"name": "a"}]}))) == 0
}

test_init_and_ephemeral_containers_pass if {
	count(findings(k8s.sample("Pod", {"containers": null, "initContainers": [{"name": "a"}], "ephemeralContainers": [{"name": "b"}]}))) == 0
}
