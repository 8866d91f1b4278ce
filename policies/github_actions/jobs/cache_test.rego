package parapet.github_actions.jobs.cache_test

import data.parapet.github_actions.jobs.cache
import rego.v1

findings(document) := found if {
	found := cache.deny with input as {"document": document}
}

test_bad_example_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/checkout@v4"}, {"run": "npm ci && npm test"}],
			},
		},
	}) == {
		{"path": ["jobs", "build"], "message": "job build builds Node.js without a cache"},
	}
}

test_good_example_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "actions/checkout@v4"},
					{"uses": "actions/setup-node@v4", "with": {"node-version": 22, "cache": "npm"}},
					{"run": "npm ci && npm test"},
				],
			},
		},
	})) == 0
}

test_image_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "docker/build-push-action@v6", "with": {"context": "."}}],
			},
		},
	}) == {
		{"path": ["jobs", "build", "steps", 0], "message": "the image is built without a cache"},
	}
}

test_old_setup_go_fails if {
	findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/setup-go@v3"}, {"run": "go test ./..."}],
			},
		},
	}) == {
		{"path": ["jobs", "build"], "message": "job build builds Go without a cache"},
	}
}

test_rust_cache_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "Swatinem/rust-cache@v2"}, {"run": "cargo test"}],
			},
		},
	})) == 0
}

test_cache_action_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "actions/cache@v4", "with": {"path": "~/.m2", "key": "m2"}},
					{"run": "mvn verify"},
				],
			},
		},
	})) == 0
}

test_go_by_default_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/setup-go@v6"}, {"run": "go test ./..."}],
			},
		},
	})) == 0
}

test_node_by_default_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "actions/setup-node@v5"}, {"run": "npm ci"}],
			},
		},
	})) == 0
}

test_uv_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [{"uses": "astral-sh/setup-uv@v6"}, {"run": "uv sync"}],
			},
		},
	})) == 0
}

test_uv_of_another_publisher_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{"uses": "acme/uv@v6", "with": {"enable-cache": true}},
					{"run": "uv sync"},
				],
			},
		},
	})) == 0
}

test_sccache_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"env": {"RUSTC_WRAPPER": "sccache"},
				"steps": [{"run": "cargo build"}],
			},
		},
	})) == 0
}

test_one_tool_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "pip install pip-licenses"}]},
		},
	})) == 0
}

test_own_machine_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": ["self-hosted", "linux"], "steps": [{"run": "cargo test"}]}},
	})) == 0
}

test_container_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"container": "rust:1.90",
				"steps": [{"run": "cargo test"}],
			},
		},
	})) == 0
}

test_cached_image_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/build-push-action@v6",
						"with": {
							"context": ".",
							"cache-from": "type=gha",
							"cache-to": "type=gha,mode=max",
						},
					},
				],
			},
		},
	})) == 0
}

test_no_cache_on_purpose_passes if {
	count(findings({
		"on": "push",
		"jobs": {
			"build": {
				"runs-on": "ubuntu-24.04",
				"steps": [
					{
						"uses": "docker/build-push-action@v6",
						"with": {"context": ".", "no-cache": true},
					},
				],
			},
		},
	})) == 0
}

test_no_build_passes if {
	count(findings({
		"on": "push",
		"jobs": {"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "echo done"}]}},
	})) == 0
}
