package parapet.kubernetes.images.fixed_tag_test

import rego.v1

import data.parapet.kubernetes.images.fixed_tag
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := fixed_tag.deny with input as {"object": subject}
}

test_latest_and_no_tag if {
	findings(k8s.sample("Deployment", {"containers": [
		{"name": "web", "image": "nginx:latest"},
		{"name": "log", "image": "registry.example.com:5000/tools/log"},
	]})) == {
		{"path": ["spec", "template", "spec", "containers", 0, "image"], "message": "container \"web\" uses image nginx:latest"},
		{
			"path": ["spec", "template", "spec", "containers", 1, "image"],
			"message": "container \"log\" uses image registry.example.com:5000/tools/log without a tag",
		},
	}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"containers": [{"name": "a", "image": "app:1.0.0"}],
		"initContainers": [{"name": "b", "image": "busybox"}],
		"ephemeralContainers": [{"name": "c", "image": "busybox:latest"}],
	}))) == 2
}

test_image_volume if {
	findings(k8s.sample("Pod", {"volumes": [
		{"name": "model", "image": {"reference": "registry.example.com/model:latest"}},
		{"name": "rules", "image": {"reference": "registry.example.com/rules:7"}},
		{"name": "empty", "image": {"reference": null}},
	]})) == {{
		"path": ["spec", "volumes", 0, "image", "reference"],
		"message": "volume \"model\" uses image registry.example.com/model:latest",
	}}
}

test_fixed_tags_and_digests_pass if {
	count(findings(k8s.sample("Pod", {"containers": [
		{"name": "a", "image": "nginx:1.27.3"},
		{"name": "b", "image": "registry.example.com:5000/app:2024-11-01"},
		{"name": "c", "image": "nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123"},
		{"name": "d", "image": "nginx:latest@sha256:0123456789012345678901234567890123456789012345678901234567890123"},
		{"name": "e", "image": "example.com/latest:v1"},
	]}))) == 0
}

test_no_image_passes if {
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a"}, {"name": "b", "image": null}, {"name": "c", "image": ""}]}))) == 0
}

annotated(annotation, image) := {"kind": "Deployment", "spec": {"template": {
	"metadata": {"annotations": {annotation: "gateway"}},
	"spec": {"containers": [{"name": "istio-proxy", "image": image}]},
}}}

test_image_that_istio_fills_in if {
	count(findings(annotated("inject.istio.io/templates", "auto"))) == 0
	count(findings(annotated("inject.istio.io/templates", "proxyv2"))) == 1
	count(findings(annotated("example.com/template", "auto"))) == 1
	count(findings(k8s.sample("Deployment", {"containers": [{"name": "istio-proxy", "image": "auto"}]}))) == 1
}
