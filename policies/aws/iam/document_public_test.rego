package parapet.aws.iam.document_public_test

import data.parapet.aws.iam.document_public
import rego.v1

findings(values, config) := found if {
	found := document_public.deny with input as {"resource": {"values": values, "config": config}}
}

test_everyone_fails if {
	findings({
		"statement": [
			{
				"actions": ["s3:GetObject"],
				"principals": [{"type": "*", "identifiers": ["*"]}],
			},
			{
				"actions": ["s3:GetObject"],
				"principals": [{"type": "AWS", "identifiers": ["*"]}],
				"condition": [{"test": "Bool", "variable": "aws:SecureTransport"}],
			},
		],
	}, {}) == {
		{"path": ["statement", 0, "principals", 0, "identifiers"], "message": "everyone is allowed"},
		{"path": ["statement", 1, "principals", 0, "identifiers"], "message": "everyone is allowed"},
	}
}

test_denial_passes if {
	count(findings({"statement": [{"effect": "Deny", "principals": [{"type": "*", "identifiers": ["*"]}]}]}, {})) == 0
}

test_service_and_account_pass if {
	count(findings({
		"statement": [
			{
				"principals": [
					{
						"type": "Service",
						"identifiers": ["logs.amazonaws.com"],
					},
					{"type": "AWS", "identifiers": ["111122223333"]},
				],
			},
		],
	}, {})) == 0
}

test_organization_passes if {
	count(findings({
		"statement": [
			{
				"principals": [{"type": "*", "identifiers": ["*"]}],
				"condition": [{"test": "StringEquals", "variable": "aws:PrincipalOrgID"}],
			},
		],
	}, {})) == 0
}

test_exclusion_does_not_narrow if {
	findings({
		"statement": [
			{
				"principals": [{"type": "*", "identifiers": ["*"]}],
				"condition": [
					{"test": "StringNotEquals", "variable": "aws:SourceVpc"},
					{"test": "Null", "variable": "aws:SourceVpc"},
				],
			},
		],
	}, {}) == {
		{"path": ["statement", 0, "principals", 0, "identifiers"], "message": "everyone is allowed"},
	}
}
