# METADATA
# title: The label for sidecar injection is understood
# description: "`istio-injection` is `enabled` or `disabled`. Any other value, `true` among them, injects nothing, and the workloads run outside the mesh."
# custom:
#   severity: medium
#   kinds: [Namespace]
#   controls: {nist-800-53: [CM-6], iso-27001: [A.8.9]}
#   remediation: "Write `istio-injection: enabled`, or use `istio.io/rev`."
package parapet.kubernetes.istio.injection_label

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["metadata", "labels", "istio-injection"], "message": sprintf("the value %q injects no sidecar", [value])} if {
	value := k8s.map_at(input.object.metadata, "labels")["istio-injection"]
	not value in {"enabled", "disabled"}
}
