package parapet.gitlab_ci.scripts.piped_download_test

import data.parapet.gitlab_ci.scripts.piped_download
import rego.v1

findings(document) := found if {
	found := piped_download.deny with input as {"document": document}
}

pipeline(job) := {"stages": ["test"], "test": job}

test_bad_example_fails if {
	findings(pipeline({"script": ["curl -fsSL https://example.com/install.sh | sh"]})) == {
		{"path": ["test", "script", 0], "message": "a download is piped into a shell"},
	}
}

test_good_example_passes if {
	count(findings(pipeline({"script": ["curl -fsSLo tool https://example.com/tool-1.2.3", "echo \"$TOOL_SHA256  tool\" | sha256sum -c"]}))) == 0
}

test_text_and_default_fail if {
	findings({"default": {"before_script": "wget -qO- https://example.com/x | sudo -E bash"}, "test": {"stage": "a", "script": [["make"]]}}) == {
		{"path": ["default", "before_script"], "message": "a download is piped into a shell"},
	}
}
