# METADATA
# title: Service account tokens expire
# description: A Secret of this type holds a token that is valid until the Secret is deleted. Pods get tokens that expire, and `kubectl create token` makes one for an hour.
# custom:
#   severity: medium
#   kinds: [Secret]
#   controls: {soc2: [CC6.1], cis-kubernetes: ["5.1.6"], nist-800-53: [IA-5], iso-27001: [A.5.17]}
#   remediation: Delete the Secret, and use projected tokens or the TokenRequest API.
package parapet.kubernetes.secrets.long_lived_token

import rego.v1

deny contains {"path": ["type"], "message": "holds a token that never expires"} if {
	input.object.type == "kubernetes.io/service-account-token"
}
