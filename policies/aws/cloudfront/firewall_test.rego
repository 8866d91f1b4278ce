package parapet.aws.cloudfront.firewall_test

import data.parapet.aws.cloudfront.firewall
import data.parapet.lib.testing
import rego.v1

findings(values, config) := found if {
	found := firewall.deny with input as {"resource": {"values": values, "config": config}}
}

test_none_fails if {
	findings({}, {"enabled": {}}) == {
		{"path": ["web_acl_id"], "message": "no web application firewall is attached"},
	}
}

test_empty_fails if {
	findings({"web_acl_id": ""}, {"web_acl_id": {}}) == {
		{"path": ["web_acl_id"], "message": "no web application firewall is attached"},
	}
}

test_attached_passes if count(findings({"web_acl_id": "arn"}, {})) == 0

test_unknown_is_undetermined if testing.undetermined(findings({}, {"web_acl_id": {}}), [["web_acl_id"]])
