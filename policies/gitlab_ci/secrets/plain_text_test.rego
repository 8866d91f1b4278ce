package parapet.gitlab_ci.secrets.plain_text_test

import data.parapet.gitlab_ci.secrets.plain_text
import rego.v1

findings(document) := found if {
	found := plain_text.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({"stages": ["test"], "variables": {"DATABASE_PASSWORD": "hunter2"}, "test": {"script": ["make"]}}) == {
		{"path": ["variables", "DATABASE_PASSWORD"], "message": "variable DATABASE_PASSWORD is in plain text"},
	}
}

test_good_example_passes if {
	count(findings({"stages": ["test"], "variables": {"DATABASE_PASSWORD": "$STAGING_PASSWORD", "TOKEN": "true", "VAULT_TOKEN": "/run/token"}})) == 0
}

test_job_with_description_fails if {
	findings({"deploy": {"stage": "deploy", "script": ["make"], "variables": {"API_TOKEN": {"value": "glpat-1234", "description": "for the API"}}}}) == {
		{"path": ["deploy", "variables", "API_TOKEN"], "message": "variable API_TOKEN is in plain text"},
	}
}
