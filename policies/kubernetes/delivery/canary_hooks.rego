# METADATA
# title: Hooks of a canary test the canary
# description: A test of another namespace's service, or of the one that all traffic goes to before the rollout, passes whatever the new version does.
# custom:
#   severity: medium
#   kinds: [Canary]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, CM-4], iso-27001: [A.8.32], pci-dss: ["6.5.1"]}
#   remediation: Call `http://<name>-canary.<namespace>`, in the namespace of the Canary.
package parapet.kubernetes.delivery.canary_hooks

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "analysis", "webhooks", index, "metadata", "cmd"], "message": message} if {
	startswith(input.object.apiVersion, "flagger.app/")
	some index, hook in k8s.list_at(input.object.spec.analysis, "webhooks")
	some found in regex.find_all_string_submatch_n(hosts, hook.metadata.cmd, -1)
	message := fault(hook, found)
}

service := object.get(input.object.spec, ["service", "name"], input.object.spec.targetRef.name)

# `http://orders-canary.shop:8080/`: its name, which of the services, and the namespace.
hosts := sprintf(`https?://%s(-canary|-primary)?(?:\.([a-z0-9-]+))?(?:\.svc(?:\.[a-z.]+)?)?(?:[:/\s"\']|$)`, [service])

fault(hook, found) := sprintf("it tests %s in namespace %s, and not in its own", [service, found[2]]) if {
	input.object.metadata.namespace
	not found[2] in {"", input.object.metadata.namespace}
} else := sprintf("before the rollout %s still leads to the old version: test %s-canary", [service, service]) if {
	hook.type == "pre-rollout"
	found[1] == ""
}
