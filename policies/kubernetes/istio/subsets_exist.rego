# METADATA
# title: Routes go to subsets that exist
# description: A route to a subset that no DestinationRule defines answers every request with 503.
# custom:
#   severity: high
#   scope: namespace
#   kinds: [VirtualService, DestinationRule, Namespace, Canary, Rollout]
#   controls: {soc2: [A1.2, CC8.1], nist-800-53: [CM-3, CM-6], iso-27001: [A.8.32]}
#   remediation: Add the subset to the DestinationRule of the host, or correct its name.
package parapet.kubernetes.istio.subsets_exist

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.relations
import rego.v1

deny contains {"address": service.address, "path": ["spec", protocol, index, "route", position, "destination", "subset"], "message": message} if {
	some service in relations.of_kind("VirtualService")
	some protocol in ["http", "tcp", "tls"]
	some index, rule in k8s.list_at(service.object.spec, protocol)
	some position, route in k8s.list_at(rule, "route")
	subset := route.destination.subset
	host := relations.full_host(route.destination.host, input.namespace)
	rules := rules_for(host)
	known(rules)
	not subset in {defined.name | some found in rules; some defined in k8s.list_at(found.spec, "subsets")}
	message := sprintf("no DestinationRule defines subset %s of %s", [subset, route.destination.host])
}

rules_for(host) := [rule.object |
	some rule in relations.of_kind("DestinationRule")
	relations.full_host(rule.object.spec.host, input.namespace) == host
]

# The rule of the host is there, or everything of its namespace is, and nothing that makes such rules.
known(rules) if count(rules) > 0

known(rules) if {
	count(rules) == 0
	input.complete
	count(relations.of_kind("Canary")) == 0
	count(relations.of_kind("Rollout")) == 0
}
