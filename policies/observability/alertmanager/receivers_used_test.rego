package parapet.observability.alertmanager.receivers_used_test

import data.parapet.observability.alertmanager.receivers_used
import rego.v1

findings(document) := found if {
	found := receivers_used.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [{"matchers": ["severity=\"critical\""]}],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [{"channel": "#alerts", "api_url_file": "/run/secrets/slack"}],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{"path": ["receivers", 1], "message": "no route leads to receiver pager"},
	}
}

test_good_example_passes if {
	count(findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [{"receiver": "pager", "matchers": ["severity=\"critical\""]}],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [{"channel": "#alerts", "api_url_file": "/run/secrets/slack"}],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	})) == 0
}
