# METADATA
# title: Data is batched, after everything else
# description: "Processors behind `batch` take batches apart: sampling then sees traces in pieces, and small requests go out again. Without batches there is one request for every few spans."
# custom:
#   severity: medium
#   documents: [otel_collector]
#   controls: {soc2: [A1.1, CC7.2], nist-800-53: [AU-5, SC-5], iso-27001: [A.8.6, A.8.16]}
#   remediation: Put `batch` last in `processors`, or use `sending_queue.batch` of the exporters.
package parapet.observability.collector.batch_last

import data.parapet.lib.kubernetes as k8s
import data.parapet.lib.opentelemetry as otel
import rego.v1

deny contains {"path": ["service", "pipelines", id, "processors"], "message": sprintf("in pipeline %s, %s comes after batch", [id, concat(", ", behind)])} if {
	some id, pipeline in otel.pipelines(input.document)
	processors := k8s.list_at(pipeline, "processors")
	first := min([index | some index, name in processors; otel.kind(name) == "batch"])
	behind := array.slice(processors, first + 1, count(processors))
	count(behind) > 0
}

deny contains {"path": ["service", "pipelines", id, "processors"], "message": sprintf("pipeline %s sends to %s without batches", [id, concat(", ", sorted)])} if {
	some id, pipeline in otel.pipelines(input.document)
	not "batch" in {otel.kind(name) | some name in k8s.list_at(pipeline, "processors")}
	sorted := sort([name | some name in k8s.list_at(pipeline, "exporters"); sends_at_once(name)])
	count(sorted) > 0
}

# Exporters that send over the network, and have no batches of their own.
sends_at_once(name) if {
	otel.kind(name) in {"otlp", "otlphttp", "otlp_grpc", "otlp_http", "zipkin", "jaeger", "datadog", "splunk_hec", "googlecloud", "awsxray", "kafka"}
	exporter := input.document.exporters[name]
	not batched(exporter)
}

batched(exporter) if exporter.sending_queue.batch

batched(exporter) if exporter.batcher.enabled
