# METADATA
# title: Workflows sign in to clouds without stored keys
# description: An access key in a secret is valid until somebody remembers it, anywhere, for anyone who gets hold of it; an identity token is valid for minutes, for this workflow.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC6.1, CC6.2], nist-800-53: [IA-5, AC-2], iso-27001: [A.5.17, A.8.5], pci-dss: ["8.6.2"]}
#   remediation: "Let the cloud trust GitHub's identity tokens: `role-to-assume` for AWS, `workload_identity_provider` for Google, `client-id` and `tenant-id` for Azure."
package parapet.github_actions.secrets.long_lived_keys

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": array.concat(step.path, ["with", field]), "message": sprintf("%s signs in with a stored key", [step.action])} if {
	some step in gha.steps(input.document)
	some action, field in {
		"aws-actions/configure-aws-credentials": "aws-access-key-id",
		"azure/login": "creds",
		"google-github-actions/auth": "credentials_json",
	}
	step.action == action
	contains(sprintf("%v", [step.spec["with"][field]]), "secrets.")
}
