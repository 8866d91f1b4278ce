package parapet.github_actions.permissions.identity_token_test

import data.parapet.github_actions.permissions.identity_token
import rego.v1

findings(document) := found if {
	found := identity_token.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"permissions": {"contents": "read"},
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "cosign sign --yes registry.example.com/app@$DIGEST"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "keyless signing needs `id-token: write`, which job build has not",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"permissions": {"contents": "read", "id-token": "write"},
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "cosign sign --yes registry.example.com/app@$DIGEST"}],
			},
		},
	})) == 0
}

test_role_fails if {
	findings({
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
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "the role needs `id-token: write`, which job build has not",
		},
	}
}

test_attestation_without_permissions_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "actions/attest-build-provenance@v3", "with": {"subject-path": "app"}},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "an attestation needs `id-token: write`, which job build has not",
		},
	}
}

test_workload_identity_fails if {
	findings({
		"on": "push",
		"permissions": {},
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "google-github-actions/auth@v3",
						"with": {
							"workload_identity_provider": "projects/1/locations/global/workloadIdentityPools/a/providers/b",
						},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "workload identity needs `id-token: write`, which job build has not",
		},
	}
}

test_key_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "cosign sign --yes --key env://KEY registry.example.com/app@$DIGEST"},
				],
			},
		},
	})) == 0
}

test_access_key_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aws-actions/configure-aws-credentials@v5",
						"with": {
							"role-to-assume": "r",
							"aws-access-key-id": "k",
							"aws-region": "eu-west-1",
						},
					},
				],
			},
		},
	})) == 0
}

test_called_passes if {
	count(findings({
		"on": "workflow_call",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "cosign sign --yes registry.example.com/app@$DIGEST"}],
			},
		},
	})) == 0
}

test_job_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"permissions": "write-all",
				"steps": [{"uses": "actions/attest@v3"}],
			},
		},
	})) == 0
}
