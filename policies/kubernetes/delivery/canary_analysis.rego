# METADATA
# title: Canaries are judged before they are promoted
# description: Without metrics that have thresholds, or without a number of failures that ends it, a canary is promoted whatever it does. A step of more than half sends most users to it at once.
# custom:
#   severity: high
#   kinds: [Canary]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, CM-4, SI-2], pci-dss: ["6.5.1"], iso-27001: [A.8.32]}
#   remediation: Give `analysis` a `threshold`, a `stepWeight` of 50 or less (or `iterations`), and metrics with a `thresholdRange`.
package parapet.kubernetes.delivery.canary_analysis

import data.parapet.lib.kubernetes as k8s
import rego.v1

analysis := k8s.map_at(input.object.spec, "analysis") if flagger

flagger if startswith(input.object.apiVersion, "flagger.app/")

deny contains {"path": ["spec", "analysis", "metrics"], "message": "no metric is analysed"} if {
	count(k8s.list_at(analysis, "metrics")) == 0
	count([hook | some hook in k8s.list_at(analysis, "webhooks"); hook.type == "rollout"]) == 0
}

deny contains {"path": ["spec", "analysis", "metrics", index, "thresholdRange"], "message": message} if {
	some index, metric in k8s.list_at(analysis, "metrics")
	count(k8s.map_at(metric, "thresholdRange")) == 0
	not metric.threshold
	message := sprintf("metric %s has no threshold", [metric.name])
}

deny contains {"path": ["spec", "analysis", "threshold"], "message": "no number of failures ends the canary"} if {
	flagger
	not analysis.threshold > 0
}

deny contains {"path": ["spec", "analysis", "stepWeight"], "message": sprintf("one step sends %v%% of the traffic", [analysis.stepWeight])} if {
	analysis.stepWeight > 50
}
