package parapet.github_actions.scripts.piped_download_test

import data.parapet.github_actions.scripts.piped_download
import rego.v1

findings(document) := found if {
	found := piped_download.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "curl -sSL https://get.example.com/install.sh | sudo bash"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "a download is piped into a shell",
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
						"run": "curl -sSLo tool.tgz https://example.com/tool-1.2.3.tgz\necho \"$TOOL_SHA256  tool.tgz\" | sha256sum --check\ntar xzf tool.tgz\n",
					},
				],
			},
		},
	})) == 0
}

test_continued_line_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "curl -fsSL https://example.com/i.sh \\\n  | sh -s -- -y\n"}],
			},
		},
	}) == {
		{
			"path": ["jobs", "build", "steps", 0, "run"],
			"message": "a download is piped into a shell",
		},
	}
}

test_other_pipe_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"run": "curl -s https://example.com/v.json | jq -r .version"}],
			},
		},
	})) == 0
}

test_checked_and_then_run_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"run": "curl -s https://example.com/a > a; sha256sum -c a.sha256 && bash a"},
				],
			},
		},
	})) == 0
}
