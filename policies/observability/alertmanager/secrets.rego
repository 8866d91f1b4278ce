# METADATA
# title: No secret stands in Alertmanager's configuration
# description: Whoever has the webhook or the key can write to the channel and call the people on duty; a ConfigMap and Git show both to many.
# custom:
#   severity: high
#   documents: [alertmanager]
#   controls: {soc2: [CC6.1], nist-800-53: [IA-5], iso-27001: [A.5.17], pci-dss: ["8.6.2"]}
#   remediation: Use the fields that end in `_file` (`api_url_file`, `routing_key_file`, `smtp_auth_password_file`), mounted from a Secret; or keep the configuration in a Secret.
package parapet.observability.alertmanager.secrets

import rego.v1

deny contains {"path": path, "message": sprintf("`%s` holds a secret in clear", [path[count(path) - 1]])} if {
	not input.holder == "Secret"
	walk(input.document, [path, value])
	is_string(value)
	secret(path, value)
	not regex.match(`^\s*$|\$|^<.*>$|\{\{`, value)
}

secret(path, _) if path[count(path) - 1] in {
	"service_key", "routing_key", "api_key", "opsgenie_api_key", "victorops_api_key", "smtp_auth_password", "smtp_auth_secret",
	"auth_password", "auth_secret", "password", "credentials", "bearer_token", "bot_token", "token", "user_key", "client_secret",
	"api_secret", "wechat_api_secret", "secret_key", "slack_api_url",
}

# The address of a chat's webhook is its password.
secret(path, value) if {
	path[count(path) - 1] in {"api_url", "url", "webhook_url"}
	regex.match(`hooks\.slack\.com/services/|discord(app)?\.com/api/webhooks/|\.webhook\.office\.com/|chat\.googleapis\.com/.*key=|https?://[^/@:]+:[^/@]+@`, value)
}
