package parapet.observability.prometheus.queries_parse_test

import data.parapet.observability.prometheus.queries_parse
import rego.v1

findings(document) := found if {
	found := queries_parse.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"groups": [
			{
				"name": "orders",
				"rules": [
					{
						"alert": "Down",
						"expr": "rate(errors_total) > 1",
						"for": "5m",
						"labels": {"severity": "critical"},
						"annotations": {"summary": "down"},
					},
				],
			},
		],
	}) == {
		{
			"path": ["groups", 0, "rules", 0, "expr"],
			"message": "Down: `rate` needs a range of samples, as in `rate(x[5m])`",
		},
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
						"expr": "rate(errors_total[5m]) > 1",
						"for": "5m",
						"labels": {"severity": "critical"},
						"annotations": {"summary": "down"},
					},
				],
			},
		],
	})) == 0
}

test_number_passes if {
	count(findings({
		"groups": [
			{
				"name": "orders",
				"rules": [
					{
						"alert": "Down",
						"expr": 1,
						"for": "5m",
						"labels": {"severity": "critical"},
						"annotations": {"summary": "down"},
					},
				],
			},
		],
	})) == 0
}

test_record_fails if {
	findings({"groups": [{"name": "a", "rules": [{"record": "job:up:sum", "expr": "sum(up"}]}]}) == {
		{
			"path": ["groups", 0, "rules", 0, "expr"],
			"message": "job:up:sum: `,` is expected, and not the end",
		},
	}
}
