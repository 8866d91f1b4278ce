package parapet.kubernetes.delivery.rollout_analysis_test

import data.parapet.kubernetes.delivery.rollout_analysis
import rego.v1

findings(subject) := found if {
	found := rollout_analysis.deny with input as {"object": subject}
}

test_no_analysis_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {"duration": 60}}]}}},
	}) == {
		{"path": ["spec", "strategy", "canary"], "message": "no analysis decides whether the rollout goes on"},
	}
}

test_large_step_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"strategy": {
				"canary": {
					"analysis": {"templates": []},
					"steps": [{"pause": {"duration": 60}}, {"setWeight": 80}],
				},
			},
		},
	}) == {
		{"path": ["spec", "strategy", "canary", "steps", 1, "setWeight"], "message": "the first step sends 80% of the traffic"},
	}
}

test_blue_green_fails if {
	findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"blueGreen": {"activeService": "a"}}},
	}) == {
		{"path": ["spec", "strategy", "blueGreen"], "message": "no analysis decides whether the rollout goes on"},
	}
}

test_analysis_in_a_step_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {
			"strategy": {
				"canary": {
					"steps": [
						{"setWeight": 20},
						{"analysis": {"templates": []}},
					],
				},
			},
		},
	})) == 0
}

test_experiment_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"canary": {"steps": [{"experiment": {"analyses": []}}]}}},
	})) == 0
}

test_person_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}}},
	})) == 0
}

test_blue_green_with_analysis_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"blueGreen": {"prePromotionAnalysis": {}}}},
	})) == 0
}

test_promotion_by_hand_passes if {
	count(findings({
		"apiVersion": "argoproj.io/v1alpha1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"blueGreen": {"autoPromotionEnabled": false}}},
	})) == 0
}

test_another_rollout_is_not_judged if {
	count(findings({
		"apiVersion": "example.com/v1",
		"kind": "Rollout",
		"metadata": {"name": "orders", "namespace": "shop"},
		"spec": {"strategy": {"blueGreen": {}, "canary": {}}},
	})) == 0
}
