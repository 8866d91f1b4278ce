# METADATA
# title: Rollouts are analysed, step by step
# description: Without an analysis a rollout goes on whatever it does; a step of more than half sends most users to it at once.
# custom:
#   severity: medium
#   kinds: [Rollout]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-3, CM-4], pci-dss: ["6.5.1"], iso-27001: [A.8.32]}
#   remediation: Add `analysis` to the canary or its steps (`prePromotionAnalysis` for blue-green), and first steps of 50% or less.
package parapet.kubernetes.delivery.rollout_analysis

import data.parapet.lib.kubernetes as k8s
import rego.v1

argo if startswith(input.object.apiVersion, "argoproj.io/")

deny contains {"path": ["spec", "strategy", "canary"], "message": "no analysis decides whether the rollout goes on"} if {
	argo
	canary := input.object.spec.strategy.canary
	not canary.analysis
	count([step | some step in k8s.list_at(canary, "steps"); judged(step)]) == 0
}

judged(step) if step.analysis

judged(step) if step.experiment.analyses

# A pause without duration waits for a person.
judged(step) if {
	step.pause
	not step.pause.duration
}

deny contains {"path": ["spec", "strategy", "blueGreen"], "message": "no analysis decides whether the rollout goes on"} if {
	argo
	promotion := input.object.spec.strategy.blueGreen
	not promotion.prePromotionAnalysis
	not promotion.postPromotionAnalysis
	not promotion.autoPromotionEnabled == false
}

deny contains {"path": ["spec", "strategy", "canary", "steps", first, "setWeight"], "message": sprintf("the first step sends %v%% of the traffic", [weight])} if {
	argo
	steps := k8s.list_at(input.object.spec.strategy.canary, "steps")
	first := min([index | some index, step in steps; is_number(step.setWeight)])
	weight := steps[first].setWeight
	weight > 50
}
