# METADATA
# title: S3 buckets grant nothing to everyone through ACLs
# description: A public ACL lets anyone on the internet, or anyone with an AWS account, list, read or overwrite the objects of a bucket.
# custom:
#   severity: critical
#   resources: [aws_s3_bucket, aws_s3_bucket_acl]
#   controls: {soc2: [CC6.1, CC6.6], gdpr: [Art. 25, Art. 32], nist-800-53: [AC-3, AC-6]}
#   aliases: [CKV_AWS_20, CKV_AWS_57, AVD-AWS-0092]
#   remediation: Set `acl = "private"` or remove the ACL and its public grants; share objects through a bucket policy that names the accounts, or through CloudFront.
package parapet.aws.s3.public_acl

import rego.v1

deny contains {"path": ["acl"], "message": sprintf("ACL %q opens the bucket to everyone", [acl])} if {
	acl := input.resource.values.acl
	acl in {"public-read", "public-read-write", "authenticated-read"}
}

deny contains {"path": ["grant", i, "uri"], "message": message(grant.uri, grant.permissions)} if {
	some i, grant in input.resource.values.grant
	grant.uri in everyone
}

deny contains {"path": ["access_control_policy", i, "grant", j, "grantee", 0, "uri"], "message": message(uri, [grant.permission])} if {
	some i, policy in input.resource.values.access_control_policy
	some j, grant in policy.grant
	uri := grant.grantee[0].uri
	uri in everyone
}

# What is written but not in the plan is unknown. What is not written is private: a provider that is told nothing
# reports the ACL and the grants as known after apply, all the same.
deny contains {"path": [argument], "message": "is not known to be private"} if {
	some argument in ["acl", "grant", "access_control_policy"]
	input.resource.config[argument]
	not input.resource.values.acl
	not input.resource.values.grant
	not input.resource.values.access_control_policy
}

deny contains {"path": ["grant", i, "uri"], "message": "is not known to be private"} if {
	some i, grant in input.resource.values.grant
	grant.type == "Group"
	not grant.uri
}

deny contains {"path": ["access_control_policy", i, "grant", j, "grantee", 0, "uri"], "message": "is not known to be private"} if {
	some i, policy in input.resource.values.access_control_policy
	some j, grant in policy.grant
	grant.grantee[0].type == "Group"
	not grant.grantee[0].uri
}

message(uri, permissions) := sprintf("grants %s to %s", [concat(", ", permissions), trim_prefix(uri, groups)])

groups := "http://acs.amazonaws.com/groups/global/"

everyone := {concat("", [groups, name]) | some name in ["AllUsers", "AuthenticatedUsers"]}
