package parapet.gitlab_ci.includes.pinned_test

import data.parapet.gitlab_ci.includes.pinned
import rego.v1

findings(document) := found if {
	found := pinned.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({"stages": ["test"], "include": [{"project": "platform/ci", "file": "/test.yml"}, {"remote": "https://example.com/jobs.yml"}]}) == {
		{"path": ["include", 0], "message": "includes what project platform/ci has on HEAD"},
		{"path": ["include", 1], "message": "includes whatever is at https://example.com/jobs.yml"},
	}
}

test_good_example_passes if {
	count(findings({"stages": ["test"], "include": [
		{"local": "jobs.yml"},
		{"template": "Jobs/Build.gitlab-ci.yml"},
		{"project": "platform/ci", "ref": "v4.2.0", "file": "/test.yml"},
		{"component": "gitlab.example.com/platform/scan@2.1.0"},
		{"remote": "https://example.com/jobs.yml", "integrity": "sha256-L3/GAoKaw0Arw6hDCKeKQlV1QPEgHYxGBHsH4zG1IY8="},
	]})) == 0
}

test_single_includes_fail if {
	findings({"include": "https://example.com/a.yml"}) == {{"path": ["include"], "message": "includes whatever is at https://example.com/a.yml"}}
	findings({"include": {"component": "gitlab.example.com/platform/scan@~latest"}}) == {{"path": ["include"], "message": "includes the component gitlab.example.com/platform/scan@~latest in no fixed version"}}
	count(findings({"include": ["https://example.com/a.yml"]})) == 1
	count(findings({"include": "jobs.yml"})) == 0
}
