package parapet.observability.alertmanager.matchers_test

import data.parapet.observability.alertmanager.matchers
import rego.v1

findings(document) := found if {
	found := matchers.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [{"receiver": "pager", "match": {"severity": "critical"}}],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [{"channel": "#alerts", "api_url_file": "/run/secrets/slack"}],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{
			"path": ["route", "routes", 0, "match"],
			"message": "`match` is deprecated in favour of `matchers`",
		},
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

test_inhibition_fails if {
	findings({
		"inhibit_rules": [
			{
				"source_match": {"severity": "critical"},
				"target_matchers": ["severity=warning"],
				"equal": ["alertname"],
			},
		],
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
	}) == {
		{
			"path": ["inhibit_rules", 0, "source_match"],
			"message": "`source_match` is deprecated in favour of `source_matchers`",
		},
	}
}

test_new_inhibition_passes if {
	count(findings({
		"inhibit_rules": [
			{
				"source_matchers": ["severity=critical"],
				"target_matchers": ["severity=warning"],
				"equal": ["alertname"],
			},
		],
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
