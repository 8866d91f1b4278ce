# METADATA
# title: Scans decide something
# description: A scan whose failure is ignored, or whose results go to a file that nobody reads, passes whatever it finds.
# custom:
#   severity: medium
#   documents: [github_actions]
#   controls: {soc2: [CC7.1, CC8.1], nist-800-53: [RA-5, SA-11], iso-27001: [A.8.8, A.8.29], pci-dss: ["6.3"]}
#   remediation: "Let it fail the job (`exit-code: '1'` for Trivy), or upload its SARIF with github/codeql-action/upload-sarif; take out `continue-on-error` and `|| true`."
package parapet.github_actions.gates.scan_decides

import data.parapet.lib.github_actions as gha
import rego.v1

scanners := {"anchore/scan-action", "aquasecurity/tfsec-action", "aquasecurity/trivy-action", "bridgecrewio/checkov-action", "checkmarx/kics-github-action", "gitleaks/gitleaks-action", "semgrep/semgrep-action", "returntocorp/semgrep-action", "trufflesecurity/trufflehog"}

scan_command := `(^|[\s;&|])(trivy (image|fs|config|repo|rootfs|sbom)|grype |checkov |tfsec |semgrep (ci|scan)|gitleaks (detect|git|dir)|snyk (test|container|iac|code)|kics scan|pip-audit|cargo (audit|deny)|npm audit|osv-scanner|bandit |gosec |parapet check)`

scans(step) if step.action in scanners

scans(step) if startswith(step.action, "snyk/actions/")

scans(step) if regex.match(scan_command, step.run)

deny contains {"path": array.concat(step.path, ["continue-on-error"]), "message": "the result of the scan is ignored"} if {
	some step in gha.steps(input.document)
	scans(step)
	step.spec["continue-on-error"] in {true, "true"}
	not uploads(step.job)
}

deny contains {"path": array.concat(step.path, ["run"]), "message": "the result of the scan is ignored"} if {
	some step in gha.steps(input.document)
	some line in split(gha.joined(step.run), "\n")
	regex.match(scan_command, line)
	regex.match(`\|\|\s*(true|:|exit 0|echo)`, line)
	not uploads(step.job)
}

# Trivy reports and succeeds, unless it is told to fail.
deny contains {"path": step.path, "message": "whatever Trivy finds, the step passes, and nothing reads its results"} if {
	some step in gha.steps(input.document)
	step.action == "aquasecurity/trivy-action"
	not object.get(step.spec["with"], "format", "table") in {"cyclonedx", "spdx", "spdx-json", "github"}
	object.get(step.spec["with"], "exit-code", "0") in {"0", 0, ""}
	not step.spec["with"]["trivy-config"]
	not step.spec.env.TRIVY_EXIT_CODE
	not uploads(step.job)
}

# `opa eval` succeeds whatever the answer is.
deny contains {"path": array.concat(step.path, ["run"]), "message": "`opa eval` succeeds whatever it finds"} if {
	some step in gha.steps(input.document)
	some line in split(gha.joined(step.run), "\n")
	regex.match(`(^|\s)opa eval\s`, line)
	regex.match(`\.(deny|violation)\b`, line)
	not regex.match(`--fail|[|>]|\$\(|=`, regex.replace(line, `--[a-z-]+=`, "--x "))
}

uploads(id) if {
	some step in gha.steps_of(input.document, id)
	regex.match(`upload-sarif|upload-artifact`, step.action)
}
