package parapet.kubernetes.network.service_selects_test

import data.parapet.kubernetes.network.service_selects
import data.parapet.lib.kubernetes as k8s
import rego.v1

findings(namespace, complete, objects) := found if {
	found := service_selects.deny with input as k8s.group(namespace, complete, objects)
}

test_bad_example_fails if {
	findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"selector": {"app": "order"}, "ports": [{"port": 80}]},
		},
	]) == {
		{
			"address": "Service/shop/orders",
			"path": ["spec", "selector"],
			"message": "selects none of the pods of this namespace",
		},
	}
}

test_good_example_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"selector": {"app": "orders"}, "ports": [{"port": 80}]},
		},
	])) == 0
}

test_complete_namespace_fails if {
	findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "payments", "namespace": "shop"},
			"spec": {"selector": {"app": "payments"}, "ports": [{"port": 80}]},
		},
	]) == {
		{
			"address": "Service/shop/payments",
			"path": ["spec", "selector"],
			"message": "selects none of the pods of this namespace",
		},
	}
}

test_workload_elsewhere_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "payments", "namespace": "shop"},
			"spec": {"selector": {"app": "payments"}, "ports": [{"port": 80}]},
		},
	])) == 0
}

test_no_selector_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "db", "namespace": "shop"},
			"spec": {"type": "ExternalName", "externalName": "db.example.com"},
		},
	])) == 0
}

test_operator_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders"}},
				"template": {
					"metadata": {"labels": {"app": "orders"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "db", "namespace": "shop"},
			"spec": {"selector": {"cluster": "db"}, "ports": [{"port": 80}]},
		},
		{
			"apiVersion": "postgresql.cnpg.io/v1",
			"kind": "Cluster",
			"metadata": {"name": "db", "namespace": "shop"},
		},
	])) == 0
}

test_fewer_labels_passes if {
	count(findings("shop", false, [
		{
			"apiVersion": "apps/v1",
			"kind": "Deployment",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {
				"replicas": 2,
				"selector": {"matchLabels": {"app": "orders", "version": "v1"}},
				"template": {
					"metadata": {"labels": {"app": "orders", "version": "v1"}},
					"spec": {"containers": [{"name": "app", "image": "app"}]},
				},
			},
		},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"selector": {"app": "orders"}, "ports": [{"port": 80}]},
		},
	])) == 0
}

test_service_alone_passes if {
	count(findings("shop", true, [
		{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
		{
			"apiVersion": "v1",
			"kind": "Service",
			"metadata": {"name": "orders", "namespace": "shop"},
			"spec": {"selector": {"app": "orders"}, "ports": [{"port": 80}]},
		},
	])) == 0
}
