package parapet.aws.kms.key_rotation_test

import data.parapet.aws.kms.key_rotation
import data.parapet.lib.testing
import rego.v1

findings(values) := found if {
	found := key_rotation.deny with input as {"resource": {"values": values}}
}

# What the provider fills in when the arguments are not set.
defaults := {"customer_master_key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT"}

fixed := {{"path": ["enable_key_rotation"], "message": "the key does not rotate"}}

test_key_without_rotation_fails if findings(object.union(defaults, {"enable_key_rotation": false})) == fixed

test_multi_region_key_without_rotation_fails if {
	findings(object.union(defaults, {"enable_key_rotation": false, "multi_region": true})) == fixed
}

test_rotating_key_passes if count(findings(object.union(defaults, {"enable_key_rotation": true}))) == 0

test_asymmetric_key_passes if {
	count(findings({"customer_master_key_spec": "RSA_4096", "key_usage": "ENCRYPT_DECRYPT", "enable_key_rotation": false})) == 0
	count(findings({"customer_master_key_spec": "ECC_NIST_P256", "key_usage": "SIGN_VERIFY", "enable_key_rotation": false})) == 0
}

test_hmac_key_passes if {
	count(findings({"customer_master_key_spec": "HMAC_256", "key_usage": "GENERATE_VERIFY_MAC", "enable_key_rotation": false})) == 0
}

test_key_of_a_custom_key_store_passes if {
	count(findings(object.union(defaults, {"custom_key_store_id": "cks-1", "enable_key_rotation": false}))) == 0
}

test_unknown_rotation_is_undetermined if testing.undetermined(findings(defaults), [["enable_key_rotation"]])

test_unknown_key_spec_finds_nothing_and_is_left_to_the_engine if {
	count(findings({"key_usage": "ENCRYPT_DECRYPT", "enable_key_rotation": false})) == 0
}
