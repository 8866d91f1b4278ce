package parapet.observability.alertmanager.variables_test

import data.parapet.observability.alertmanager.variables
import rego.v1

findings(document) := found if {
	found := variables.deny with input as {"document": document}
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
				"slack_configs": [{"channel": "#alerts", "api_url": "$SLACK_WEBHOOK_URL"}],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{
			"path": ["receivers", 0, "slack_configs", 0, "api_url"],
			"message": "`$SLACK_WEBHOOK_URL` is taken as it is: Alertmanager expands no variables",
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

test_braces_fails if {
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
			{"name": "pager", "pagerduty_configs": [{"routing_key": "${PAGER_KEY}"}]},
		],
	}) == {
		{
			"path": ["receivers", 1, "pagerduty_configs", 0, "routing_key"],
			"message": "`${PAGER_KEY}` is taken as it is: Alertmanager expands no variables",
		},
	}
}

test_template_passes if {
	count(findings({
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
						"title": "{{ $x := .GroupLabels.alertname }}{{ $x }}",
						"api_url_file": "/run/secrets/slack",
					},
				],
			},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	})) == 0
}
