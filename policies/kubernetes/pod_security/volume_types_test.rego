package parapet.kubernetes.pod_security.volume_types_test

import rego.v1

import data.parapet.kubernetes.pod_security.volume_types
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := volume_types.deny with input as {"object": subject}
}

test_nfs if {
	findings(k8s.sample("Deployment", {"volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "share", "nfs": {"server": "10.0.0.5", "path": "/"}}]})) == {{
		"path": ["spec", "template", "spec", "volumes", 1, "nfs"],
		"message": "volume \"share\" is of type nfs",
	}}
}

test_cron_job if {
	findings(k8s.sample("CronJob", {"volumes": [{"name": "src", "gitRepo": {"repository": "https://example.com/a.git"}}]})) == {{
		"path": ["spec", "jobTemplate", "spec", "template", "spec", "volumes", 0, "gitRepo"],
		"message": "volume \"src\" is of type gitRepo",
	}}
}

test_every_allowed_type_passes if {
	every type in volume_types.allowed {
		count(findings(k8s.sample("Pod", {"volumes": [{"name": "a", type: {}}]}))) == 0
	}
	count(volume_types.allowed) == 9
}

# The API server makes an emptyDir of a volume without a source.
test_no_type_and_no_volumes_pass if {
	count(findings(k8s.sample("Pod", {"volumes": [{"name": "a"}, {"name": "b", "emptyDir": null}]}))) == 0
	count(findings(k8s.sample("Pod", {"volumes": null}))) == 0
	count(findings(k8s.sample("Pod", {}))) == 0
}

# One finding for one mistake.
test_host_path_is_left_to_its_own_rule if {
	count(findings(k8s.sample("Pod", {"volumes": [{"name": "a", "hostPath": {"path": "/"}}]}))) == 0
}
