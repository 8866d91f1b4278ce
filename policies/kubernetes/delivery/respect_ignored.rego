# METADATA
# title: A sync leaves alone what Argo CD is told to ignore
# description: "`ignoreDifferences` keeps a difference from being shown; the next sync writes the field all the same, such as the replicas that an autoscaler raised."
# custom:
#   severity: medium
#   kinds: [Application]
#   controls: {soc2: [A1.1, CC8.1], nist-800-53: [CM-3], iso-27001: [A.8.32]}
#   remediation: Add `RespectIgnoreDifferences=true` to `syncOptions`, or leave the field out of the manifests.
package parapet.kubernetes.delivery.respect_ignored

import data.parapet.lib.kubernetes as k8s
import rego.v1

deny contains {"path": ["spec", "ignoreDifferences"], "message": "an automatic sync writes these fields all the same"} if {
	startswith(input.object.apiVersion, "argoproj.io/")
	count(k8s.list_at(input.object.spec, "ignoreDifferences")) > 0
	is_object(input.object.spec.syncPolicy.automated)
	not input.object.spec.syncPolicy.automated.enabled == false
	not "RespectIgnoreDifferences=true" in k8s.list_at(input.object.spec.syncPolicy, "syncOptions")
}
