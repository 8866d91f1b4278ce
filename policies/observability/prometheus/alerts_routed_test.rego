package parapet.observability.prometheus.alerts_routed_test

import data.parapet.observability.prometheus.alerts_routed
import rego.v1

findings(document) := found if {
	found := alerts_routed.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"groups": [
			{
				"name": "orders",
				"rules": [
					{
						"alert": "Down",
						"expr": "up == 0",
						"for": "5m",
						"annotations": {"summary": "down"},
					},
				],
			},
		],
	}) == {
		{"path": ["groups", 0, "rules", 0], "message": "alert Down has no severity"},
	}
}

test_good_example_passes if {
	count(findings({
		"groups": [
			{
				"name": "orders",
				"rules": [
					{
						"alert": "Down",
						"expr": "up == 0",
						"for": "5m",
						"labels": {"severity": "critical"},
						"annotations": {"summary": "down"},
					},
				],
			},
		],
	})) == 0
}

test_no_text_fails if {
	findings({
		"groups": [
			{
				"name": "orders",
				"rules": [
					{
						"alert": "Down",
						"expr": "up == 0",
						"for": "5m",
						"labels": {"severity": "critical"},
					},
				],
			},
		],
	}) == {
		{"path": ["groups", 0, "rules", 0], "message": "alert Down has no summary or description"},
	}
}

test_labels_of_the_group_passes if {
	count(findings({
		"groups": [
			{
				"name": "a",
				"labels": {"severity": "warning"},
				"rules": [{"alert": "Down", "expr": "up == 0", "annotations": {"summary": "down"}}],
			},
		],
	})) == 0
}

test_record_passes if {
	count(findings({"groups": [{"name": "a", "rules": [{"record": "job:up:sum", "expr": "sum(up)"}]}]})) == 0
}
