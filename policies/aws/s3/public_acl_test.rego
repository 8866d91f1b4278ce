package parapet.aws.s3.public_acl_test

import data.parapet.aws.s3.public_acl
import data.parapet.lib.testing
import rego.v1

findings(values) := findings_of(values, {})

findings_of(values, config) := found if {
	found := public_acl.deny with input as {"resource": {"values": values, "config": config}}
}

all_users := "http://acs.amazonaws.com/groups/global/AllUsers"

test_public_acls_fail if {
	every acl in ["public-read", "public-read-write", "authenticated-read"] {
		findings({"acl": acl}) == {{"path": ["acl"], "message": sprintf("ACL %q opens the bucket to everyone", [acl])}}
	}
}

test_public_grant_on_the_bucket_fails if {
	grants := [
		{"type": "CanonicalUser", "id": "abc", "permissions": ["FULL_CONTROL"]},
		{"type": "Group", "uri": all_users, "permissions": ["READ", "WRITE"]},
	]
	findings({"grant": grants}) == {{"path": ["grant", 1, "uri"], "message": "grants READ, WRITE to AllUsers"}}
}

test_public_grant_in_an_acl_resource_fails if {
	grants := [{"permission": "READ", "grantee": [{"type": "Group", "uri": all_users}]}]
	findings({"access_control_policy": [{"grant": grants}]}) == {{
		"path": ["access_control_policy", 0, "grant", 0, "grantee", 0, "uri"],
		"message": "grants READ to AllUsers",
	}}
}

test_private_passes if count(findings({"acl": "private"})) == 0

test_log_delivery_passes if {
	count(findings({"acl": "log-delivery-write"})) == 0
	log_delivery := "http://acs.amazonaws.com/groups/s3/LogDelivery"
	count(findings({"grant": [{"type": "Group", "uri": log_delivery, "permissions": ["WRITE"]}]})) == 0
}

test_grant_to_an_account_passes if {
	grants := [{"permission": "READ", "grantee": [{"type": "CanonicalUser", "id": "abc"}]}]
	count(findings({"access_control_policy": [{"grant": grants}]})) == 0
}

test_no_acl_passes if count(findings({"bucket": "reports"})) == 0

test_acl_that_is_not_written_passes if count(findings_of({}, {"bucket": {}})) == 0

test_written_null_beside_a_private_acl_passes if {
	config := {"acl": {"references": ["var.acl"]}, "access_control_policy": [{}]}
	count(findings_of({"access_control_policy": [{"grant": []}]}, config)) == 0
	count(findings_of({"acl": "private"}, config)) == 0
}

test_unknown_acl_is_undetermined if {
	every argument in ["acl", "grant", "access_control_policy"] {
		testing.undetermined(findings_of({}, {argument: {}}), [[argument]])
	}
}

test_unknown_group_is_undetermined if {
	testing.undetermined(findings({"grant": [{"type": "Group", "permissions": ["READ"]}]}), [["grant", 0, "uri"]])
	policy := {"access_control_policy": [{"grant": [{"permission": "READ", "grantee": [{"type": "Group"}]}]}]}
	testing.undetermined(findings(policy), [["access_control_policy", 0, "grant", 0, "grantee", 0, "uri"]])
}
