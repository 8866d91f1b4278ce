package parapet.observability.alertmanager.heartbeat_test

import data.parapet.observability.alertmanager.heartbeat
import rego.v1

findings(document) := found if {
	found := heartbeat.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [
				{"receiver": "null", "matchers": ["alertname=\"Watchdog\""]},
				{"receiver": "pager", "matchers": ["severity=\"critical\""]},
			],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [{"channel": "#alerts", "api_url_file": "/run/secrets/slack"}],
			},
			{"name": "null"},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{
			"path": ["route", "routes", 0, "receiver"],
			"message": "Watchdog goes to null, which sends nothing to anybody",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [
				{"receiver": "heartbeat", "matchers": ["alertname=\"Watchdog\""]},
				{"receiver": "pager", "matchers": ["severity=\"critical\""]},
			],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [{"channel": "#alerts", "api_url_file": "/run/secrets/slack"}],
			},
			{"name": "heartbeat", "webhook_configs": [{"url_file": "/run/secrets/heartbeat"}]},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	})) == 0
}

test_old_matcher_fails if {
	findings({
		"route": {
			"receiver": "a",
			"routes": [{"match": {"alertname": "Watchdog"}, "receiver": "null"}],
		},
		"receivers": [{"name": "a", "webhook_configs": [{"url": "http://x"}]}, {"name": "null"}],
	}) == {
		{
			"path": ["route", "routes", 0, "receiver"],
			"message": "Watchdog goes to null, which sends nothing to anybody",
		},
	}
}

test_another_alert_passes if {
	count(findings({
		"route": {
			"receiver": "a",
			"routes": [{"match": {"alertname": "InfoInhibitor"}, "receiver": "null"}],
		},
		"receivers": [{"name": "a", "webhook_configs": [{"url": "http://x"}]}, {"name": "null"}],
	})) == 0
}
