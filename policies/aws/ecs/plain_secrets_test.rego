package parapet.aws.ecs.plain_secrets_test

import data.parapet.aws.ecs.plain_secrets
import rego.v1

findings(values, config) := found if {
	found := plain_secrets.deny with input as {"resource": {"values": values, "config": config}}
}

test_password_fails if {
	findings({
		"container_definitions": "[{\"name\": \"web\", \"environment\": [{\"name\": \"PORT\", \"value\": \"80\"}, {\"name\": \"DB_PASSWORD\", \"value\": \"x\"}]}]",
	}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" has a secret in an environment variable"},
	}
}

test_token_fails if {
	findings({
		"container_definitions": "[{\"name\": \"web\", \"environment\": [{\"name\": \"githubToken\", \"value\": \"x\"}]}]",
	}, {}) == {
		{"path": ["container_definitions"], "message": "container \"web\" has a secret in an environment variable"},
	}
}

test_secret_of_a_store_passes if {
	count(findings({
		"container_definitions": "[{\"name\": \"web\", \"secrets\": [{\"name\": \"DB_PASSWORD\", \"valueFrom\": \"arn\"}]}]",
	}, {})) == 0
}

test_where_it_is_kept_passes if {
	count(findings({
		"container_definitions": "[{\"name\": \"web\", \"environment\": [{\"name\": \"PASSWORD_FILE\", \"value\": \"/run/p\"}, {\"name\": \"DB_SECRET_ARN\", \"value\": \"arn\"}, {\"name\": \"TOKEN_URL\", \"value\": \"https://a\"}]}]",
	}, {})) == 0
}

test_unknown_says_nothing if count(findings({}, {"container_definitions": {}})) == 0
