package parapet.observability.alertmanager.receivers_deliver_test

import data.parapet.observability.alertmanager.receivers_deliver
import rego.v1

findings(document) := found if {
	found := receivers_deliver.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"route": {
			"receiver": "team",
			"group_by": ["alertname"],
			"routes": [{"receiver": "pager", "matchers": ["severity=\"critical\""]}],
		},
		"receivers": [
			{"name": "team"},
			{"name": "pager", "pagerduty_configs": [{"routing_key_file": "/run/secrets/pager"}]},
		],
	}) == {
		{"path": ["receivers", 0], "message": "receiver team sends nothing to anybody"},
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

test_no_address_fails if {
	findings({
		"route": {"receiver": "team"},
		"receivers": [{"name": "team", "slack_configs": [{"channel": "#a"}]}],
	}) == {
		{
			"path": ["receivers", 0, "slack_configs", 0],
			"message": "receiver team has no api_url, and there is no global one",
		},
	}
}

test_global_address_passes if {
	count(findings({
		"global": {"slack_api_url_file": "/run/secrets/slack"},
		"route": {"receiver": "team"},
		"receivers": [{"name": "team", "slack_configs": [{"channel": "#a"}]}],
	})) == 0
}

test_dropped_on_purpose_passes if {
	count(findings({"route": {"receiver": "null"}, "receivers": [{"name": "null"}]})) == 0
}

test_mail_passes if {
	count(findings({
		"global": {"smtp_smarthost": "mail:25", "smtp_from": "a@example.com"},
		"route": {"receiver": "team"},
		"receivers": [{"name": "team", "email_configs": [{"to": "a@example.com"}]}],
	})) == 0
}
