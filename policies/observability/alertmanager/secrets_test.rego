package parapet.observability.alertmanager.secrets_test

import data.parapet.observability.alertmanager.secrets
import rego.v1

findings(document) := found if {
	found := secrets.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
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
			{
				"name": "pager",
				"pagerduty_configs": [{"routing_key": "0123456789abcdef0123456789abcdef"}],
			},
		],
	}) == {
		{
			"path": ["receivers", 1, "pagerduty_configs", 0, "routing_key"],
			"message": "`routing_key` holds a secret in clear",
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

test_webhook_fails if {
	findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [{"receiver": "pager", "matchers": ["severity=\"critical\""]}],
		},
		"receivers": [
			{
				"name": "team",
				"slack_configs": [
					{
						"channel": "#alerts",
						"api_url": "https://hooks.slack.com/services/T000/B000/XXXX",
					},
				],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{
			"path": ["receivers", 0, "slack_configs", 0, "api_url"],
			"message": "`api_url` holds a secret in clear",
		},
	}
}

test_global_fails if {
	findings({
		"global": {"slack_api_url": "https://hooks.slack.com/services/T000/B000/XXXX"},
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
		{"path": ["global", "slack_api_url"], "message": "`slack_api_url` holds a secret in clear"},
	}
}

test_own_webhook_passes if {
	count(findings({
		"route": {"receiver": "a"},
		"receivers": [{"name": "a", "webhook_configs": [{"url": "http://relay:8080/alerts"}]}],
	})) == 0
}

test_variable_passes if {
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
			{"name": "pager", "pagerduty_configs": [{"routing_key": "$PAGER_KEY"}]},
		],
	})) == 0
}
