# METADATA
# title: Policies for a canary's workload cover its primary
# description: "Flagger runs the released version as `<name>-primary`, whose pods have that name as their label: a policy for the original label covers the canary alone, and nothing of what users reach."
# custom:
#   severity: medium
#   scope: namespace
#   kinds: [Canary, NetworkPolicy, PodDisruptionBudget]
#   controls: {soc2: [CC6.6], cis-kubernetes: ["5.3.2"], nist-800-53: [AC-4, SC-7], iso-27001: [A.8.20, A.8.22], pci-dss: ["1.2.1", "1.3"]}
#   remediation: "Select both: `matchExpressions: [{key: app, operator: In, values: [orders, orders-primary]}]`."
package parapet.kubernetes.delivery.canary_primary

import data.parapet.lib.relations
import rego.v1

deny contains {"address": policy.address, "path": array.concat(path, ["matchLabels", label]), "message": sprintf("it does not select the pods of %s-primary, which %s makes", [name, canary.address])} if {
	some canary in relations.of_kind("Canary")
	startswith(canary.object.apiVersion, "flagger.app/")
	canary.object.spec.targetRef.kind == "Deployment"
	name := canary.object.spec.targetRef.name
	some kind, path in {"NetworkPolicy": ["spec", "podSelector"], "PodDisruptionBudget": ["spec", "selector"]}
	some policy in relations.of_kind(kind)
	# The labels that Flagger changes by default.
	some label in ["app", "name", "app.kubernetes.io/name"]
	object.get(policy.object, array.concat(path, ["matchLabels", label]), "") == name
	every other in relations.of_kind(kind) { not covers(other.object, path, label, sprintf("%s-primary", [name])) }
}

covers(policy, path, label, primary) if relations.selects(object.get(policy, path, {}), {label: primary})
