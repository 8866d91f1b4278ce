# METADATA
# title: The collector has every component it is told to use
# description: "Components that were removed are unknown to current releases: a collector that is told to use one does not start, so it cannot be updated."
# custom:
#   severity: medium
#   documents: [otel_collector]
#   controls: {soc2: [CC7.1], nist-800-53: [SI-2, CM-6], iso-27001: [A.8.8, A.8.19]}
#   remediation: "Send OTLP where the old exporter went: Jaeger, Loki (`/otlp`) and Prometheus take it."
package parapet.observability.collector.retired

import data.parapet.lib.opentelemetry as otel
import rego.v1

# Component and what took its place, by the change log of the collector and its contrib repository.
replaced := {
	"exporters": {
		"jaeger": "Jaeger takes OTLP: use `otlp`",
		"jaeger_thrift": "Jaeger takes OTLP: use `otlp`",
		"logging": "use `debug`",
		"loki": "Loki takes OTLP: use `otlphttp` with `http://loki:3100/otlp`",
		"opencensus": "use `otlp`",
	},
	"extensions": {"memory_ballast": "set GOMEMLIMIT"},
	"processors": {
		"servicegraph": "use the connector `servicegraph`",
		"spanmetrics": "use the connector `spanmetrics`",
	},
	"receivers": {"opencensus": "use `otlp`"},
}

deny contains {"path": [section, name], "message": sprintf("%s was removed: %s", [name, advice])} if {
	some section, components in replaced
	some name in otel.defined(input.document, section)
	advice := components[otel.kind(name)]
}
