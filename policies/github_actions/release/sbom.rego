# METADATA
# title: Releases come with a bill of materials
# description: When the next library turns out to be broken, the bill says within minutes which releases contain it.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC7.1], nist-800-53: [CM-8, SR-4], iso-27001: [A.5.21, A.8.8], pci-dss: ["6.3.2"]}
#   remediation: "Add anchore/sbom-action, `syft`, `trivy ... --format cyclonedx`, or `sbom: true` of the image build."
package parapet.github_actions.release.sbom

import data.parapet.lib.github_actions as gha
import rego.v1

deny contains {"path": step.path, "message": "this is released without a bill of materials"} if {
	some step in gha.publishing(input.document)
	not gha.calls_others(input.document)
	not listed
}

listed if {
	some step in gha.steps(input.document)
	regex.match(`(?i)sbom|syft|cyclonedx|spdx|goreleaser`, sprintf("%v %v %v", [step.action, step.run, object.get(step.spec, "with", {})]))
}
