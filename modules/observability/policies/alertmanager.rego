package observability.alertmanager

import rego.v1

# What only a secret is put into; the same names with `_file` are paths.
secrets := {
	"api_secret", "api_token", "api_url", "auth_password", "auth_secret", "bearer_token", "bot_token", "credentials", "password", "routing_key",
	"service_key", "token",
}

deny contains {"msg": sprintf("receiver %s: %s is in the clear; name a file in %s_file", [receiver.name, path[count(path) - 1], path[count(path) - 1]]), "path": array.concat(["alertmanager", "receivers", index], path)} if {
	some index, receiver in input.alertmanager.receivers
	walk(receiver, [path, _])
	path[count(path) - 1] in secrets
}

deny contains {"msg": sprintf("route %d: there is no receiver %s", [index, route.receiver]), "path": ["alertmanager", "route", "routes", index]} if {
	some index, route in input.alertmanager.route.routes
	not route.receiver in {receiver.name | some receiver in input.alertmanager.receivers}
}
