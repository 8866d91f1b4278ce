package parapet.kubernetes.secrets.plain_text_env_test

import rego.v1

import data.parapet.kubernetes.secrets.plain_text_env
import data.parapet.lib.kubernetes as k8s

findings(subject) := found if {
	found := plain_text_env.deny with input as {"object": subject}
}

variables(env) := k8s.sample("Deployment", {"containers": [{"name": "web", "env": env}]})

test_password if {
	findings(variables([{"name": "LOG_LEVEL", "value": "info"}, {"name": "DB_PASSWORD", "value": "hunter2"}])) == {{
		"path": ["spec", "template", "spec", "containers", 0, "env", 1, "value"],
		"message": "container \"web\" holds a secret in plain text in DB_PASSWORD",
	}}
}

test_password_of_a_url if {
	findings(variables([{"name": "DATABASE_URL", "value": "postgres://app:hunter2@db.example.com/app"}])) == {{
		"path": ["spec", "template", "spec", "containers", 0, "env", 0, "value"],
		"message": "container \"web\" holds the password of a URL in plain text in DATABASE_URL",
	}}
}

test_other_names if {
	every name in ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "STRIPE_API_KEY", "apiKey", "spring.datasource.password", "JWT_SECRET", "TLS_PRIVATE_KEY"] {
		count(findings(variables([{"name": name, "value": "s3cr3t-v4lue"}]))) == 1
	}
}

test_init_and_ephemeral_containers_of_a_cron_job if {
	count(findings(k8s.sample("CronJob", {
		"initContainers": [{"name": "a", "env": [{"name": "PGPASSWORD", "value": "hunter2"}]}],
		"ephemeralContainers": [{"name": "b", "env": [{"name": "TOKEN", "value": "abc"}]}],
	}))) == 2
}

test_references_to_secrets_pass if {
	count(findings(variables([
		{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
		{"name": "API_TOKEN", "value": "$(TOKEN)"},
		{"name": "ADMIN_PASSWORD", "value": "/run/secrets/admin"},
		{"name": "DB_SECRET", "value": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"},
		{"name": "VAULT_PASSWORD", "value": "vault:secret/data/db#password"},
		{"name": "DATABASE_URL", "value": "postgres://app:$(DB_PASSWORD)@db/app"},
	]))) == 0
}

test_other_values_pass if {
	count(findings(variables([
		{"name": "ALLOW_EMPTY_PASSWORD", "value": "yes"},
		{"name": "MAX_TOKEN", "value": "4096"},
		{"name": "PASSWORD", "value": ""},
		{"name": "TOKEN", "value": null},
		{"name": "PASSWORD_FILE", "value": "admin.txt"},
		{"name": "SECRET_NAME", "value": "db"},
		{"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"},
		{"name": "NEXT_PUBLIC_MAP_TOKEN", "value": "pk.abc"},
		{"name": "UPSTREAM", "value": "https://user@example.com:8443/path"},
		{"name": "PROXY", "value": "http://proxy.example.com:3128"},
	]))) == 0
	count(findings(variables(null))) == 0
	count(findings(k8s.sample("Pod", {"containers": [{"name": "a"}]}))) == 0
}
