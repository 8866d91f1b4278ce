# IAM policy documents: JSON text whose elements are a value or a list of values, as their author liked.
package parapet.lib.aws_policy

import rego.v1

# The statements of a policy document; one bare statement is a list of one. Undefined for text that is not a policy.
statements(text) := many(json.unmarshal(text).Statement)

# A value that may stand alone or in a list, as a list.
many(value) := value if {
	is_array(value)
} else := [value]

# How a message names a statement: by its Sid, else by its position, counted from 1.
label(statement, index) := sprintf("statement %q", [statement.Sid]) if {
	is_string(statement.Sid)
	statement.Sid != ""
} else := sprintf("statement %d", [index + 1])

# The principal is every AWS account in the world, or includes it.
everyone(principal) if principal == "*"

everyone(principal) if "*" in many(principal.AWS)

# Grants to everyone, or to everyone except a few, with nothing to narrow it to known accounts, organizations, networks
# or services.
public(statement) if {
	statement.Effect == "Allow"
	for_everyone(statement)
	not narrowed(statement)
}

for_everyone(statement) if everyone(statement.Principal)

for_everyone(statement) if statement.NotPrincipal

# A condition narrows who may use a statement when it asks for something an outsider cannot choose.
narrowed(statement) if {
	some operator, keys in statement.Condition
	asks(lower(operator))
	some key, values in keys
	not lower(key) in open_keys
	every value in many(values) { not anything(sprintf("%v", [value])) }
}

# `...IfExists` and `ForAllValues:...` hold for a request that lacks the key, and any outsider can send such a one.
asks(operator) if {
	not contains(operator, "not")
	not endswith(operator, "ifexists")
	not startswith(operator, "forallvalues:")
	operator != "null"
}

# A value that everybody has: a pattern of any text, any address, or an ARN of any account.
anything(value) if trim(value, "*?") == ""

anything(value) if value in {"0.0.0.0/0", "::/0"}

anything(value) if {
	startswith(value, "arn:")
	split(value, ":")[4] == "*"
}

# Condition keys that any caller can satisfy.
open_keys := {
	"aws:currenttime",
	"aws:epochtime",
	"aws:multifactorauthage",
	"aws:multifactorauthpresent",
	"aws:referer",
	"aws:requestedregion",
	"aws:securetransport",
	"aws:useragent",
	"s3:tlsversion",
	"s3:x-amz-acl",
	"s3:x-amz-server-side-encryption",
}

# documents(values): the policy texts of an IAM policy or role, each with its path.
documents(values) := {{"path": ["policy"], "text": values.policy} | values.policy} | {document |
	some i, inline in values.inline_policy
	document := {"path": ["inline_policy", i, "policy"], "text": inline.policy}
}

# The statement allows the action, by name or by pattern, on every resource, whoever asks and however.
allows_everywhere(statement, action) if {
	statement.Effect == "Allow"
	not statement.Condition
	everywhere(statement)
	some pattern in many(statement.Action)
	matches(pattern, action)
}

everywhere(statement) if {
	some resource in many(statement.Resource)
	trim(resource, "*:") == ""
}

# Names of actions are the same in any case; `*` stands for any text.
matches(pattern, action) if trim(pattern, "*:") == ""

matches(pattern, action) if glob.match(lower(pattern), [":"], lower(action))
