# METADATA
# title: Routes of a canary are left to Flagger
# description: "Flagger writes the VirtualService of a Canary itself, weights included. One of the same name in a manifest is overwritten, and written back by the next sync: the canary gets the traffic of whoever wrote last."
# custom:
#   severity: medium
#   scope: namespace
#   kinds: [Canary, VirtualService]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, CM-4], iso-27001: [A.8.32], pci-dss: ["6.5.1"]}
#   remediation: Take the VirtualService out, and put its hosts, gateways, matches and retries into `spec.service` of the Canary.
package parapet.kubernetes.delivery.canary_routes

import data.parapet.lib.relations
import rego.v1

deny contains {"address": routes.address, "path": ["metadata", "name"], "message": sprintf("%s writes this VirtualService as well", [canary.address])} if {
	some canary in relations.of_kind("Canary")
	startswith(canary.object.apiVersion, "flagger.app/")
	object.get(canary.object.spec, "provider", "istio") == "istio"
	some routes in relations.of_kind("VirtualService")
	routes.object.metadata.name == object.get(canary.object.spec, ["service", "name"], canary.object.spec.targetRef.name)
}
