# METADATA
# title: No download is run as it comes
# description: What a server sends into a shell is neither pinned nor checked, and can be different for you than for everybody who looked at it.
# custom:
#   severity: low
#   documents: [github_actions]
#   controls: {soc2: [CC8.1], nist-800-53: [SI-7, SR-3], iso-27001: [A.5.21, A.8.28], pci-dss: ["6.3.2"]}
#   remediation: Download a named version, compare its checksum, then run it; or use an action pinned to a commit.
package parapet.github_actions.scripts.piped_download

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": array.concat(step.path, ["run"]), "message": "a download is piped into a shell"} if {
	some step in gha.steps(input.document)
	regex.match(`(curl|wget)\s[^\n|;&]*\|\s*(sudo\s+(-\S+\s+)*)?(ba|z|da)?sh(\s|$)`, gha.joined(step.run))
}
