package parapet.observability.collector.sampling_memory_test

import data.parapet.observability.collector.sampling_memory
import rego.v1

findings(processors) := found if {
	found := sampling_memory.deny with input as {"document": {"processors": processors}}
}

test_no_room_fails if {
	findings({"tail_sampling": {"decision_wait": "10s", "num_traces": 100, "expected_new_traces_per_sec": 10}}) == {
		{"path": ["processors", "tail_sampling", "num_traces"], "message": "keeps 100 traces, and 100 arrive while one is decided"},
	}
}

test_defaults_without_room_fail if {
	findings({"tail_sampling/errors": {"expected_new_traces_per_sec": 2000}}) == {{
		"path": ["processors", "tail_sampling/errors", "expected_new_traces_per_sec"],
		"message": "keeps 50000 traces, and 60000 arrive while one is decided",
	}}
}

test_room_passes if {
	every sampling in [
		{"decision_wait": "10s", "num_traces": 1000, "expected_new_traces_per_sec": 10},
		{"decision_wait": "10s", "expected_new_traces_per_sec": 10},
		{"expected_new_traces_per_sec": 1000},
	] {
		count(findings({"tail_sampling": sampling})) == 0
	}
}

test_what_nobody_expects_passes if {
	count(findings({"tail_sampling": {"num_traces": 100}})) == 0
	count(findings({"tail_sampling": {"num_traces": 0, "expected_new_traces_per_sec": 0}})) == 0
}

test_what_the_environment_sets_passes if {
	count(findings({"tail_sampling": {"num_traces": "${env:TRACES}", "expected_new_traces_per_sec": 10}})) == 0
	count(findings({"tail_sampling": {"num_traces": 100, "expected_new_traces_per_sec": "${env:RATE}"}})) == 0
	count(findings({"tail_sampling": {"num_traces": 100, "expected_new_traces_per_sec": 10, "decision_wait": "${env:WAIT}"}})) == 0
}

test_other_processors_pass if {
	count(findings({"batch": {"num_traces": 1, "expected_new_traces_per_sec": 10}})) == 0
}

test_no_processors_pass if count(findings({})) == 0
