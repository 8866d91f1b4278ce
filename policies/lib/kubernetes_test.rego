package parapet.lib.kubernetes_test

import rego.v1

import data.parapet.lib.kubernetes as k8s

# Each kind keeps its pod spec somewhere else; all of them are found, at the right path.
test_finds_the_pod_of_every_kind if {
	found := {kind |
		some kind, path in k8s.template_paths
		subject := k8s.sample(kind, {"containers": [{"name": "web"}]})
		k8s.pod_spec(subject) == {"containers": [{"name": "web"}]}
		some container in k8s.containers(subject)
		container.path == array.concat(path, ["spec", "containers", 0])
		container.label == "container \"web\""
	}
	found == {
		"Pod",
		"PodTemplate",
		"Deployment",
		"StatefulSet",
		"DaemonSet",
		"ReplicaSet",
		"ReplicationController",
		"Job",
		"CronJob",
	}
}

test_finds_containers_of_all_three_lists if {
	subject := k8s.sample("CronJob", {
		"containers": [{"name": "main"}, {}],
		"initContainers": [{"name": "migrate"}],
		"ephemeralContainers": [{"name": "debug"}],
	})
	{c.label: c.path | some c in k8s.containers(subject)} == {
		"container \"main\"": ["spec", "jobTemplate", "spec", "template", "spec", "containers", 0],
		"container \"#1\"": ["spec", "jobTemplate", "spec", "template", "spec", "containers", 1],
		"init container \"migrate\"": ["spec", "jobTemplate", "spec", "template", "spec", "initContainers", 0],
		"ephemeral container \"debug\"": ["spec", "jobTemplate", "spec", "template", "spec", "ephemeralContainers", 0],
	}
}

test_reads_nulls_and_other_kinds_as_nothing if {
	count(k8s.containers(k8s.sample("Pod", {"containers": null, "initContainers": null}))) == 0
	count(k8s.containers(k8s.sample("Pod", {"containers": ["web", null]}))) == 0
	count(k8s.containers(k8s.sample("Pod", null))) == 0
	not k8s.pod_spec(k8s.sample("Pod", null))
	not k8s.pod_spec({"kind": "Service", "spec": {}})
	count(k8s.containers({"kind": "Deployment", "spec": null})) == 0
	count(k8s.containers({"kind": "Service", "spec": {"ports": []}})) == 0
	k8s.pod_annotations({"kind": "Pod", "metadata": {"annotations": null}, "spec": {}}) == {}
	k8s.pod_annotations({"kind": "Pod"}) == {}
	[c | some c in k8s.containers(k8s.sample("Pod", {"containers": [{"name": "web", "securityContext": null}]}))][0].security == {}
}

test_annotations_are_those_of_the_pod if {
	annotated := {"metadata": {"annotations": {"a": "b"}}, "spec": {"containers": []}}
	k8s.pod_annotations(object.union(annotated, {"kind": "Pod"})) == {"a": "b"}
	k8s.pod_annotations({"kind": "Deployment", "metadata": {"annotations": {"c": "d"}}, "spec": {"template": annotated}}) == {"a": "b"}
}

test_sidecars_last_and_other_init_containers_do_not if {
	subject := k8s.sample("Deployment", {
		"containers": [{"name": "main"}],
		"initContainers": [{"name": "proxy", "restartPolicy": "Always"}, {"name": "migrate"}],
		"ephemeralContainers": [{"name": "debug", "restartPolicy": "Always"}],
	})
	{c.label | some c in k8s.lasting_containers(subject)} == {"container \"main\"", "init container \"proxy\""}
}

test_long_running if {
	k8s.long_running(k8s.sample("Deployment", {}))
	k8s.long_running(k8s.sample("Pod", {"containers": []}))
	k8s.long_running(k8s.sample("Pod", {"restartPolicy": "Always"}))
	not k8s.long_running(k8s.sample("Pod", {"restartPolicy": "Never"}))
	not k8s.long_running(k8s.sample("PodTemplate", {"restartPolicy": "OnFailure"}))
	not k8s.long_running(k8s.sample("Job", {}))
	not k8s.long_running(k8s.sample("CronJob", {}))
}

test_windows_and_user_namespaces if {
	k8s.windows(k8s.sample("Deployment", {"os": {"name": "windows"}}))
	not k8s.windows(k8s.sample("Deployment", {"os": {"name": "linux"}}))
	not k8s.windows(k8s.sample("Deployment", {}))
	k8s.user_namespace(k8s.sample("Pod", {"hostUsers": false}))
	not k8s.user_namespace(k8s.sample("Pod", {"hostUsers": true}))
	not k8s.user_namespace(k8s.sample("Pod", {"hostUsers": null}))
}

test_default_capabilities_are_the_thirteen_of_the_standard if {
	count(k8s.default_capabilities) == 13
	not "NET_RAW" in k8s.default_capabilities
}
