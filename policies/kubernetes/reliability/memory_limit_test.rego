package parapet.kubernetes.reliability.memory_limit_test

import rego.v1

import data.parapet.kubernetes.reliability.memory_limit
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := memory_limit.deny with input as {"object": subject}
}

test_missing if {
	findings(k8s.sample("Deployment", {"containers": [{"name": "web", "resources": {"requests": {"memory": "1Gi"}, "limits": {"cpu": "1"}}}]})) == {{
		"path": ["spec", "template", "spec", "containers", 0, "resources", "limits", "memory"],
		"message": "container \"web\" has no memory limit",
	}}
}

test_init_container_of_a_cron_job if {
	findings(k8s.sample("CronJob", {
		"containers": [{"name": "main", "resources": {"limits": {"memory": "64Mi"}}}],
		"initContainers": [{"name": "fetch", "resources": {"limits": null}}],
	})) == {{
		"path": ["spec", "jobTemplate", "spec", "template", "spec", "initContainers", 0, "resources", "limits", "memory"],
		"message": "init container \"fetch\" has no memory limit",
	}}
}

test_zero_is_no_limit if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "resources": {"limits": {"memory": 0}}}]}))) == 1
}

test_container_or_pod_limit_passes if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a", "resources": {"limits": {"memory": 536870912}}}]}))) == 0
	count(findings(k8s.sample("Pod", {"resources": {"limits": {"memory": "1Gi"}}, "containers": [{"name": "a"}], "initContainers": [{"name": "b"}]}))) == 0
}

test_ephemeral_containers_and_none_pass if {
	count(findings(k8s.sample("Pod", {"containers": null, "ephemeralContainers": [{"name": "debug"}]}))) == 0
	count(findings({"kind": "Deployment"})) == 0
}
