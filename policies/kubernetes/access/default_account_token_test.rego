package parapet.kubernetes.access.default_account_token_test

import rego.v1

import data.parapet.kubernetes.access.default_account_token
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := default_account_token.deny with input as {"object": subject}
}

test_no_account_of_its_own if {
	findings(k8s.sample("Deployment", {"containers": []})) == {{
		"path": ["spec", "template", "spec", "automountServiceAccountToken"],
		"message": "pod mounts the token of the default service account",
	}}
}

test_default_by_name_and_explicit_mount if {
	count(findings(k8s.sample("CronJob", {"serviceAccountName": "default"}))) == 1
	count(findings(k8s.sample("Pod", {"serviceAccountName": "", "automountServiceAccountToken": true}))) == 1
	count(findings(k8s.sample("Pod", {"serviceAccountName": null, "automountServiceAccountToken": null}))) == 1
}

test_own_account_passes if {
	count(findings(k8s.sample("Deployment", {"serviceAccountName": "catalogue"}))) == 0
	count(findings(k8s.sample("Deployment", {"serviceAccount": "catalogue"}))) == 0
	count(findings(k8s.sample("Deployment", {"serviceAccountName": "catalogue", "automountServiceAccountToken": true}))) == 0
}

test_no_token_and_no_pod_pass if {
	count(findings(k8s.sample("Deployment", {"automountServiceAccountToken": false}))) == 0
	count(findings({"kind": "Deployment", "spec": null})) == 0
}
