package parapet.github_actions.secrets.long_lived_keys_test

import data.parapet.github_actions.secrets.long_lived_keys
import rego.v1

findings(document) := found if {
	found := long_lived_keys.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aws-actions/configure-aws-credentials@v5",
						"with": {
							"aws-access-key-id": "${{ secrets.AWS_ACCESS_KEY_ID }}",
							"aws-secret-access-key": "${{ secrets.AWS_SECRET_ACCESS_KEY }}",
							"aws-region": "eu-west-1",
						},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "aws-access-key-id"],
			"message": "aws-actions/configure-aws-credentials signs in with a stored key",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aws-actions/configure-aws-credentials@v5",
						"with": {
							"role-to-assume": "arn:aws:iam::111122223333:role/ci",
							"aws-region": "eu-west-1",
						},
					},
				],
			},
		},
	})) == 0
}

test_google_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "google-github-actions/auth@v3",
						"with": {"credentials_json": "${{ secrets.GCP }}"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "with", "credentials_json"],
			"message": "google-github-actions/auth signs in with a stored key",
		},
	}
}

test_keys_of_an_earlier_step_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aws-actions/configure-aws-credentials@v5",
						"with": {
							"aws-access-key-id": "${{ steps.login.outputs.id }}",
							"aws-region": "eu-west-1",
						},
					},
				],
			},
		},
	})) == 0
}
