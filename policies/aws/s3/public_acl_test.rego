package parapet.aws.s3.public_acl_test

import data.parapet.aws.s3.public_acl
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := public_acl.deny with input as {"resource": {"values": values}}
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

test_unknown_acl_finds_nothing if count(findings({"bucket": "reports", "grant": []})) == 0

test_grant_that_turns_out_unknown_is_undetermined if {
	grants := [{"type": "Group", "uri": all_users, "permissions": ["READ"]}]
	testing.undetermined(findings({"grant": grants}), [["grant"]])
}
