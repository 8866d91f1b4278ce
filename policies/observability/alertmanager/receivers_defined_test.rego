package parapet.observability.alertmanager.receivers_defined_test

import data.parapet.observability.alertmanager.receivers_defined
import rego.v1

findings(document) := found if {
	found := receivers_defined.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [{"receiver": "pagerduty", "matchers": ["severity=\"critical\""]}],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [{"channel": "#alerts", "api_url_file": "/run/secrets/slack"}],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{"path": ["route", "routes", 0, "receiver"], "message": "receiver pagerduty does not exist"},
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

test_root_fails if {
	findings({"route": {"group_by": ["alertname"]}, "receivers": [{"name": "team"}]}) == {
		{
			"path": ["route"],
			"message": "the root route names no receiver, which every other route falls back on",
		},
	}
}

test_deeper_fails if {
	findings({
		"route": {"receiver": "team", "routes": [{"routes": [{"receiver": "gone"}]}]},
		"receivers": [{"name": "team"}],
	}) == {
		{
			"path": ["route", "routes", 0, "routes", 0, "receiver"],
			"message": "receiver gone does not exist",
		},
	}
}

test_inherited_passes if {
	count(findings({
		"route": {"receiver": "team", "routes": [{"matchers": ["a=b"]}]},
		"receivers": [{"name": "team"}],
	})) == 0
}
