# METADATA
# title: Programs use roles rather than access keys
# description: An access key works from anywhere, for ever, and its secret is in the Terraform state. A role gives out credentials that expire.
# custom:
#   severity: medium
#   resources: [aws_iam_access_key]
#   controls: {soc2: [CC6.1], cis-aws: ["1.18"], nist-800-53: [IA-5], pci-dss: ["8.6.3"], iso-27001: [A.5.17]}
#   remediation: "Use a role: an instance profile, a pod identity, or an OIDC provider for what runs elsewhere. Set `status = \"Inactive\"` on the way there."
package parapet.aws.iam.access_key

import rego.v1

deny contains {"path": ["status"], "message": "the key works until somebody deletes it"} if {
	not input.resource.values.status == "Inactive"
}
