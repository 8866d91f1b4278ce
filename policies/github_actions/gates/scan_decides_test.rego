package parapet.github_actions.gates.scan_decides_test

import data.parapet.github_actions.gates.scan_decides
import rego.v1

findings(document) := found if {
	found := scan_decides.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aquasecurity/trivy-action@0.33.1",
						"with": {"scan-type": "fs", "format": "sarif", "output": "trivy.sarif"},
					},
				],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0],
			"message": "whatever Trivy finds, the step passes, and nothing reads its results",
		},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aquasecurity/trivy-action@0.33.1",
						"with": {"scan-type": "fs", "format": "sarif", "output": "trivy.sarif"},
					},
					{
						"uses": "github/codeql-action/upload-sarif@v4",
						"with": {"sarif_file": "trivy.sarif"},
					},
				],
			},
		},
	})) == 0
}

test_ignored_command_fails if {
	findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "checkov -d . || true"}]}},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "the result of the scan is ignored",
		},
	}
}

test_ignored_action_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "bridgecrewio/checkov-action@v12", "continue-on-error": true}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "continue-on-error"],
			"message": "the result of the scan is ignored",
		},
	}
}

test_opa_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "opa eval -d policies -i plan.json \"data.main.deny[x]\""}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "`opa eval` succeeds whatever it finds",
		},
	}
}

test_trivy_fails_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aquasecurity/trivy-action@0.33.1",
						"with": {"scan-type": "fs", "exit-code": "1"},
					},
				],
			},
		},
	})) == 0
}

test_trivy_fails_by_variable_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aquasecurity/trivy-action@0.33.1",
						"env": {"TRIVY_EXIT_CODE": "1"},
						"with": {"scan-type": "fs"},
					},
				],
			},
		},
	})) == 0
}

test_trivy_writes_a_bill_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "aquasecurity/trivy-action@0.33.1",
						"with": {"scan-type": "fs", "format": "cyclonedx", "output": "sbom.json"},
					},
				],
			},
		},
	})) == 0
}

test_opa_fails_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"run": "opa eval --fail-defined -d policies -i plan.json \"data.main.deny[x]\"",
					},
				],
			},
		},
	})) == 0
}

test_opa_is_read_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"run": "test \"$(opa eval -d policies -i plan.json 'data.main.deny[x]')\" = ''",
					},
				],
			},
		},
	})) == 0
}

test_another_tool_ignored_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make lint || true"}]}},
	})) == 0
}

test_uploaded_and_shown_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "bridgecrewio/checkov-action@v12", "continue-on-error": true},
					{"uses": "github/codeql-action/upload-sarif@v4"},
				],
			},
		},
	})) == 0
}

test_snyk_decides_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "snyk/actions/node@v1"}]}},
	})) == 0
}

steps(list) := {"on": "push", "jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": list}}}

test_ignored_step_fails if {
	every step in [{"uses": "snyk/actions/node@v1"}, {"uses": "anchore/scan-action@v7"}, {"run": "grype dir:."}] {
		findings(steps([object.union(step, {"continue-on-error": true})])) == {
			{"path": ["jobs", "build", "steps", 0, "continue-on-error"], "message": "the result of the scan is ignored"},
		}
	}
}

test_other_step_ignored_passes if {
	every step in [{"uses": "actions/cache@v4"}, {"run": "make lint"}] {
		count(findings(steps([object.union(step, {"continue-on-error": true})]))) == 0
	}
}
