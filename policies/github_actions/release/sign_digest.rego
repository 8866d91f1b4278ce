# METADATA
# title: What is signed is named by its digest
# description: "A tag can point to another image by the time it is signed: the signature then vouches for what nobody built here."
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [CM-14, SR-4, SR-11], iso-27001: [A.5.21, A.8.25], pci-dss: ["6.3.2"]}
#   remediation: "Sign the digest that the push reports: `cosign sign --yes registry/app@${{ steps.push.outputs.digest }}`."
package parapet.github_actions.release.sign_digest

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": array.concat(step.path, ["run"]), "message": sprintf("%s is signed by its tag", [found[1]])} if {
	some step in gha.steps(input.document)
	some found in regex.find_all_string_submatch_n(`(?m)(?:^|\s)cosign sign\s(?:[^\n]*?\s)?([^\s-][^\n]*?:[^\n]*?)\s*$`, plain(step.run), -1)
	not regex.match(`(?i)@|digest|sha256`, found[1])
}

# Options with their values taken out, and expressions without spaces.
plain(script) := regex.replace(regex.replace(regex.replace(gha.joined(script), `\$\{\{\s*`, "$${{"), `\s*\}\}`, "}}"), `\s(-a|--annotations|--key|--certificate|--identity-token|--oidc-issuer|--fulcio-url|--rekor-url)[ =]\S+`, "")
