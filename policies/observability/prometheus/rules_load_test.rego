package parapet.observability.prometheus.rules_load_test

import data.parapet.observability.prometheus.rules_load
import rego.v1

findings(document) := found if {
	found := rules_load.deny with input as {"document": document}
}

messages(groups) := {finding.message | some finding in findings({"groups": groups})}

of(rule) := messages([{"name": "orders", "rules": [object.union({"alert": "Down", "expr": "up == 0"}, rule)]}])

test_good_example_passes if {
	count(of({
		"for": "1h30m",
		"keep_firing_for": 0,
		"labels": {"severity": "critical"},
		"annotations": {"summary": "{{ $labels.job }} is down for {{ with query \"up{job='x'}\" }}{{ . | first }}{{ end }}"},
	})) == 0
}

test_bad_example_fails if {
	of({"for": "1.5h", "annotations": {"summary": "{{ $labels.job is down for {{ $value }}"}}) == {
		"Down: `1.5h` is no duration such as 5m or 1h30m",
		"Down: the template of summary has `{{` without `}}`, or the other way round",
	}
}

test_durations if {
	every value in ["5", "5min", "1m1h", "-5m", ""] {
		count(of({"for": value})) == 1
	}
	every value in ["0", 0, "0s", "1y2w3d4h5m6s7ms"] {
		count(of({"for": value})) == 0
	}
}

test_fields_fail if {
	of({"form": "5m"}) == {"Down: Prometheus knows no `form` of a rule"}
	of({"record": "a:b"}) == {"a rule has either `alert` or `record`"}
	of({"labels": {"team-name": "a"}}) == {"Down: `team-name` is no name of a label: letters, digits and underscores"}
}

test_records_fail if {
	messages([{"name": "a", "rules": [{"record": "a:b", "expr": "a", "for": "5m"}]}]) == {"a:b: a rule that records has no `for`"}
}

test_groups_fail if {
	messages([{"name": "a", "interval": "often", "rules": []}, {"name": "a", "rules": []}]) == {
		"group a: `often` is no duration such as 30s",
		"two groups are called a",
	}
}
