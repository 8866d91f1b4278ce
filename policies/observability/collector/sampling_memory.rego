# METADATA
# title: Tail sampling keeps traces until they are decided
# description: Traces wait in memory until `decision_wait` is over. When no more fit than arrive meanwhile, a burst pushes the oldest out undecided, the slow and failed ones among them, which sampling is for.
# custom:
#   severity: medium
#   documents: [otel_collector]
#   controls: {soc2: [CC7.2], nist-800-53: [AU-4, AU-5], iso-27001: [A.8.6, A.8.16]}
#   remediation: Set `num_traces` to at least twice `expected_new_traces_per_sec` times the seconds of `decision_wait`; the default is 50000.
package parapet.observability.collector.sampling_memory

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": ["processors", name, blamed(sampling)], "message": message} if {
	some name, sampling in k8s.map_at(input.document, "processors")
	otel.kind(name) == "tail_sampling"
	expected := object.get(sampling, "expected_new_traces_per_sec", 0)
	is_number(expected)
	wait := object.get(sampling, "decision_wait", "30s")
	arriving := (expected * time.parse_duration_ns(wait)) / 1000000000
	arriving > 0
	kept := object.get(sampling, "num_traces", 50000)
	is_number(kept)
	kept <= arriving
	message := sprintf("keeps %d traces, and %d arrive while one is decided", [kept, arriving])
}

blamed(sampling) := "num_traces" if {
	k8s.has(sampling, "num_traces")
} else := "expected_new_traces_per_sec"
