# METADATA
# title: Destinations in the mesh are reached over TLS
# description: "`tls.mode: DISABLE` sends plain text, whatever the receiver accepts."
# custom:
#   severity: medium
#   kinds: [DestinationRule]
#   controls: {soc2: [CC6.7], gdpr: [Art. 32], nist-800-53: [SC-8], pci-dss: ["4.2.1"], iso-27001: [A.5.14, A.8.24]}
#   remediation: Use `ISTIO_MUTUAL` inside the mesh, `SIMPLE` or `MUTUAL` outside, or leave it to the mesh.
package parapet.kubernetes.istio.destination_tls

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "trafficPolicy", "tls", "mode"], "message": "requests are sent in plain text"} if {
	input.object.spec.trafficPolicy.tls.mode == "DISABLE"
}

deny contains {"path": ["spec", "subsets", index, "trafficPolicy", "tls", "mode"], "message": message} if {
	some index, subset in k8s.list_at(input.object.spec, "subsets")
	subset.trafficPolicy.tls.mode == "DISABLE"
	message := sprintf("requests to subset %s are sent in plain text", [subset.name])
}
