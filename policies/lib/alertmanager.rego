# Reads the configuration of Alertmanager: its tree of routes, and what its receivers send.
package parapet.lib.alertmanager

import rego.v1

# Every route with its path; the tree is walked, because routes are within routes.
routes(config) := {route |
	walk(config.route, [steps, spec])
	is_object(spec)
	is_route(steps)
	route := {"path": array.concat(["route"], steps), "spec": spec}
}

is_route(steps) if count(steps) == 0

is_route(steps) if {
	count(steps) % 2 == 0
	every index, step in steps { is_step(index, step) }
}

is_step(index, "routes") if index % 2 == 0

is_step(index, step) if {
	index % 2 == 1
	is_number(step)
}

# Names of the receivers.
names(config) := {receiver.name | some receiver in config.receivers}

# Whether a receiver has anything to send to.
delivers(receiver) if {
	some field, configs in receiver
	endswith(field, "_configs")
	count(configs) > 0
}

# What an integration cannot work without: fields of its own, and the global ones that stand for them.
required := {
	"opsgenie_configs": {"own": ["api_key", "api_key_file"], "shared": ["opsgenie_api_key", "opsgenie_api_key_file"]},
	"pagerduty_configs": {"own": ["routing_key", "routing_key_file", "service_key", "service_key_file"], "shared": []},
	"slack_configs": {
		"own": ["api_url", "api_url_file", "app_token", "app_token_file"],
		"shared": ["slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"],
	},
	"webhook_configs": {"own": ["url", "url_file"], "shared": []},
}
