package parapet.kubernetes.pod_security.host_path_volumes_test

import rego.v1

import data.parapet.kubernetes.pod_security.host_path_volumes
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := host_path_volumes.deny with input as {"object": subject}
}

test_host_path if {
	findings(k8s.sample("StatefulSet", {"volumes": [
		{"name": "data", "emptyDir": {}},
		{"name": "docker", "hostPath": {"path": "/var/run/docker.sock"}},
	]})) == {{
		"path": ["spec", "template", "spec", "volumes", 1, "hostPath"],
		"message": "volume \"docker\" mounts /var/run/docker.sock of the node",
	}}
}

test_cron_job if {
	count(findings(k8s.sample("CronJob", {"volumes": [{"name": "logs", "hostPath": {"path": "/var/log", "type": "Directory"}}]}))) == 1
}

test_other_volumes_and_none_pass if {
	count(findings(k8s.sample("Pod", {"volumes": [
		{"name": "a", "emptyDir": {}},
		{"name": "b", "persistentVolumeClaim": {"claimName": "b"}},
		{"name": "c", "hostPath": null},
	]}))) == 0
	count(findings(k8s.sample("Pod", {"volumes": null}))) == 0
	count(findings(k8s.sample("Pod", {"containers": []}))) == 0
}
