# METADATA
# title: Destinations with traffic policies eject failing hosts
# description: Without outlier detection, requests go on to a pod that answers with errors. Rules that only set TLS or subsets are not judged.
# custom:
#   severity: low
#   kinds: [DestinationRule]
#   controls: {soc2: [A1.2], nist-800-53: [SI-13], iso-27001: [A.8.14]}
#   remediation: Add `outlierDetection` with `consecutive5xxErrors`, `interval` and `baseEjectionTime`.
package parapet.kubernetes.istio.outlier_detection

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "trafficPolicy", "outlierDetection"], "message": "failing hosts are not ejected"} if {
	policy := k8s.map_at(input.object.spec, "trafficPolicy")
	some field in ["connectionPool", "loadBalancer"]
	policy[field]
	not policy.outlierDetection
}

# Istio does not know the field any more: the threshold silently falls back to its default.
deny contains {"path": ["spec", "trafficPolicy", "outlierDetection", "consecutiveErrors"], "message": message} if {
	input.object.spec.trafficPolicy.outlierDetection.consecutiveErrors
	message := "`consecutiveErrors` was replaced by `consecutive5xxErrors`"
}
