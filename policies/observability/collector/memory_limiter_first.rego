# METADATA
# title: Pipelines begin with a memory limiter
# description: A burst of data that nothing refuses ends with the collector killed for its memory, and everything in its queues lost. A limiter that is not first limits too late.
# custom:
#   severity: medium
#   documents: [otel_collector]
#   controls: {soc2: [A1.1, CC7.2], nist-800-53: [AU-5, SC-5], iso-27001: [A.8.6, A.8.16]}
#   remediation: Put `memory_limiter` first in `processors` of every pipeline, with a limit below that of the container.
package parapet.observability.collector.memory_limiter_first

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": ["service", "pipelines", id, "processors"], "message": sprintf("pipeline %s %s", [id, fault])} if {
	some id, pipeline in otel.pipelines(input.document)
	kinds := [otel.kind(name) | some name in k8s.list_at(pipeline, "processors")]
	fault := fault_of(kinds)
	not between_pipelines(pipeline)
}

fault_of(kinds) := "has no memory_limiter" if not "memory_limiter" in kinds

fault_of(kinds) := "has its memory_limiter not first" if {
	"memory_limiter" in kinds
	kinds[0] != "memory_limiter"
}

# What comes from another pipeline was limited there.
between_pipelines(pipeline) if {
	receivers := k8s.list_at(pipeline, "receivers")
	count(receivers) > 0
	every name in receivers { name in otel.defined(input.document, "connectors") }
}
